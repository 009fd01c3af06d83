import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type PluginVerdict, type PluginVerifier, type PluginVerifierRequest, SIGNATURE_FILE, type VerifierContext } from '@ilab/plugin-api';
import { readSignature, readStatement, type Statement } from './read-signature.ts';

type Rejected = Extract<PluginVerdict, { state: 'rejected' }>;

/**
 * Checks signatures by Ed25519 keys, over a manifest or over every file. Put your own way of signing here. It runs without a network and can
 * read no file but its own: keys come from the policy, as its user wrote it, and nothing that comes along with a signature is trusted.
 */
export function createShelfVerifier(name: string, { logger }: VerifierContext): PluginVerifier {
  return {
    name,
    async verify(request, { signal }) {
      const keys = readKeys(request);
      let worst: Rejected | undefined;
      for (const { name: from, content } of request.candidates) {
        signal?.throwIfAborted();
        const verdict = judge(from, { content, keys, request });
        if (verdict.state === 'verified') return verdict;
        logger.debug(`${name}: ${verdict.reason}`);
        if (worst?.code !== 'E_INTEGRITY') worst = verdict;
      }
      return worst ?? { state: 'unsigned' };
    },
  };
}

type Keys = ReadonlyMap<string, KeyObject>;

/** Keys of the policy, by what signers are called: their fingerprint. What is no key is nobody's. */
function readKeys({ trust, signers }: PluginVerifierRequest): Keys {
  const keys = new Map<string, KeyObject>();
  for (const { content } of trust) {
    try {
      const key = createPublicKey(Buffer.from(content));
      const signer = fingerprintOf(key);
      if (key.asymmetricKeyType === 'ed25519' && signers.includes(signer)) keys.set(signer, key);
    } catch {}
  }
  return keys;
}

/** The name that a key's signatures go by, as policies have it. */
export function fingerprintOf(key: KeyObject): string {
  return `sha256:${createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;
}

type Given = { readonly content: Uint8Array; readonly keys: Keys; readonly request: PluginVerifierRequest };

/** First who signed, then whether it is this model that was signed. */
function judge(from: string, { content, keys, request }: Given): Rejected | Extract<PluginVerdict, { state: 'verified' }> {
  const read = readSignature(content);
  if (!read) return rejected('E_UNTRUSTED', `${from} is no signature of shelf.`);
  const { payload, signature } = read;
  const [signer] = [...keys].find(([, key]) => verify(null, payload, key, signature)) ?? [];
  if (signer === undefined) return rejected('E_UNTRUSTED', `${from} is by nobody whom the policy names, or was changed.`);
  const statement = readStatement(payload);
  if (!statement) return rejected('E_INTEGRITY', `${from} signs what is no model.`);
  const covers = 'manifest' in statement ? 'manifest' : 'files';
  if (isOf(statement, request)) return { state: 'verified', signer, covers, from };
  return rejected('E_INTEGRITY', `${from} signs something else.`);
}

function isOf(statement: Statement, { manifest, files }: PluginVerifierRequest): boolean {
  if ('manifest' in statement) {
    return manifest !== undefined && createHash('sha256').update(manifest.content).digest('hex') === statement.manifest;
  }
  const signed = new Map(Object.entries(statement.files));
  // A signature that lies in the model can’t name itself.
  const others = files.filter(({ path }) => path !== SIGNATURE_FILE);
  const paths = new Set(others.map(({ path }) => path));
  const isSigned = ({ path, sha256 }: (typeof files)[number]): boolean => sha256 === undefined || signed.get(path) === sha256;
  return others.every(isSigned) && [...signed.keys()].every((path) => paths.has(path));
}

function rejected(code: Rejected['code'], reason: string): Rejected {
  return { state: 'rejected', code, reason };
}
