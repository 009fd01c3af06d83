import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Attachment, type PluginVerdict, type PluginVerifier, type PluginVerifierRequest, SIGNATURE_FILE } from '@ilab/core';
import type { PluginVerifierUnderTest } from '../plugin-verifier-contract.ts';

/** Of what the stand-in signs. */
export const STAND_IN_SIGNATURE = 'application/vnd.ilab.stand-in.signature.v1+json';

const NAME = 'stand-in';
const FILES = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };

/**
 * A verifier that is all of the port and nothing of cryptography: signer and verifier share a secret, so it is for tests only. A signature is
 * `{signer, of, seal}`, where `of` is a manifest's sha256, or the sha256 of files by their paths.
 */
export function createStandInVerifier(name: string = NAME): PluginVerifier {
  return {
    name,
    async verify(request, { signal }) {
      let worst: PluginVerdict = { state: 'unsigned' };
      for (const candidate of request.candidates) {
        signal?.throwIfAborted();
        const verdict = judge(candidate, request);
        if (verdict.state === 'verified') return verdict;
        if (verdict.state === 'rejected' && (worst.state === 'unsigned' || verdict.code === 'E_INTEGRITY')) worst = verdict;
      }
      return worst;
    },
  };
}

/** A stand-in with signatures of a model, as `pluginVerifierContract` takes it. */
export function standInVerifierUnderTest(): PluginVerifierUnderTest {
  const content = '{"schemaVersion":2}';
  const files = Object.entries(FILES).map(([path, text]) => ({ path, sha256: sha256(text) }));
  const manifest = { digest: `sha256:${sha256(content)}`, mediaType: 'application/json', content } as const;
  const trust = ['ann', 'bob'].map((signer) => ({ name: `${signer}.secret`, content: Buffer.from(`the secret of ${signer}`) }));
  const sign = (name: string, of: string): Attachment => standInSignature(name, { signer: 'ann', of, secret: 'the secret of ann' });
  return {
    verifier: createStandInVerifier(),
    name: NAME,
    signer: 'ann',
    otherSigner: 'bob',
    trust,
    manifest,
    files,
    ofManifest: sign('attached', manifest.digest),
    ofFiles: sign(SIGNATURE_FILE, listOf(files)),
  };
}

/** @param signed a manifest's digest, or what {@link listOf} makes of files */
export function standInSignature(name: string, signed: { readonly signer: string; readonly of: string; readonly secret: string }): Attachment {
  const { signer, of, secret } = signed;
  const content = Buffer.from(JSON.stringify({ signer, of, seal: seal({ signer, of }, Buffer.from(secret)) }));
  return { name, mediaType: STAND_IN_SIGNATURE, content, annotations: {} };
}

/** All files of a model, as the stand-in signs them. */
export function listOf(files: readonly { readonly path: string; readonly sha256?: string }[]): string {
  return JSON.stringify(Object.fromEntries(files.map(({ path, sha256: hash }) => [path, hash])));
}

function judge({ name, content }: Attachment, request: PluginVerifierRequest): PluginVerdict {
  const read = readSignature(content);
  if (!read) return rejected('E_UNTRUSTED', `${name} is no signature of its kind.`);
  if (!request.signers.includes(read.signer)) return rejected('E_UNTRUSTED', `${name} is by somebody whom the policy does not name.`);
  const secret = request.trust.find((file) => file.name === `${read.signer}.secret`);
  if (!secret || !isSealed(read, secret.content)) return rejected('E_UNTRUSTED', `${name} is not by ${read.signer}, or can’t be checked.`);
  const covers = read.of.startsWith('sha256:') ? 'manifest' : 'files';
  const isIt = covers === 'manifest' ? read.of === request.manifest?.digest && isOwnDigest(request.manifest) : areSigned(read.of, request.files);
  return isIt ? { state: 'verified', signer: read.signer, covers, from: name } : rejected('E_INTEGRITY', `${name} signs something else.`);
}

type Read = { readonly signer: string; readonly of: string; readonly seal: string };

function readSignature(content: Uint8Array): Read | undefined {
  try {
    const { signer, of, seal: given } = JSON.parse(Buffer.from(content).toString()) as Partial<Read>;
    return typeof signer === 'string' && typeof of === 'string' && typeof given === 'string' ? { signer, of, seal: given } : undefined;
  } catch {
    return undefined;
  }
}

function areSigned(list: string, files: PluginVerifierRequest['files']): boolean {
  const signed = new Map(Object.entries(JSON.parse(list) as Readonly<Record<string, string>>));
  const paths = new Set(files.map(({ path }) => path));
  // The signature that lies in the model can’t name itself.
  const others = files.filter(({ path }) => path !== SIGNATURE_FILE);
  return [...signed.keys()].every((path) => paths.has(path)) && others.every(({ path, sha256: hash }) => hash === undefined || signed.get(path) === hash);
}

function isOwnDigest({ digest, content }: NonNullable<PluginVerifierRequest['manifest']>): boolean {
  return digest === `sha256:${sha256(content)}`;
}

function isSealed({ signer, of, seal: given }: Read, secret: Uint8Array): boolean {
  const [expected, found] = [Buffer.from(seal({ signer, of }, secret)), Buffer.from(given)];
  return expected.length === found.length && timingSafeEqual(expected, found);
}

function seal({ signer, of }: Omit<Read, 'seal'>, secret: Uint8Array): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([signer, of]))
    .digest('hex');
}

function rejected(code: 'E_INTEGRITY' | 'E_UNTRUSTED', reason: string): PluginVerdict {
  return { state: 'rejected', code, reason };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
