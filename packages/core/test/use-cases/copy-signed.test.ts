import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Attachment,
  copyModel,
  nullProgress,
  parseReference,
  planCopy,
  type Registry,
  type RemoteReference,
  type RemoteSnapshot,
  type SignaturePolicy,
  type SignatureRequest,
  type SignatureVerdict,
  type Signer,
} from '../../src/index.ts';
import { remoteArchive, remoteSnapshot } from '../fakes/registry.ts';
import { sha256 } from '../fakes/index.ts';
import { manifests } from '../manifests.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;
const FILES = { 'config.json': '{}', 'model.gguf': 'weights', 'model.sig': 'signature' };
const OCI = { source: 'oci', host: 'quay.io', repository: 'org/name', revision: DIGEST, version: 'v1', kind: 'tag' } as const;
const SIGNER: Signer = { key: `sha256:${'1'.repeat(64)}` };
const ATTACHED: Attachment = { name: 'attached', mediaType: 'x/y', content: Buffer.from('bundle'), annotations: {} };
const MANIFEST: SignatureVerdict = { state: 'verified', signer: SIGNER, covers: 'manifest', from: 'attached' };
const OF_FILES: SignatureVerdict = { ...MANIFEST, covers: 'files', from: 'model.sig' };
const UNSIGNED: SignatureVerdict = { state: 'unsigned' };

let asked: SignatureRequest[];
let sent: string[];
let read: string[];
let warned: string[];
beforeEach(() => {
  asked = [];
  sent = [];
  read = [];
  warned = [];
});

type Deps = Parameters<typeof planCopy>[0] & Parameters<typeof copyModel>[0];

interface World {
  readonly verdicts: readonly SignatureVerdict[];
  readonly mode?: SignaturePolicy['mode'];
  readonly attached?: readonly Attachment[];
  readonly snapshot?: RemoteSnapshot;
}

function world({ verdicts, mode = 'require', attached = [], snapshot = remoteSnapshot({ ...OCI, files: FILES }) }: World): Deps {
  const left = [...verdicts];
  const registry = (source: string): Registry => ({
    source,
    capabilities: { versions: false, copy: source === 'oci', attachments: true, upload: { pullRequests: false } },
    resolve: () => Promise.resolve(snapshot),
    locate: () => Promise.reject(new Error('located')),
    async *attachments() {
      yield* attached;
    },
    async copy() {
      sent.push('whole');
      return { revision: DIGEST, url: 'u', changed: true, sent: 1, here: 0, referrers: 0 };
    },
    async upload({ files }) {
      sent.push(...files.map(({ path }) => path));
      return { revision: 'r', url: 'u', changed: true, sent: 1, here: 0, ignored: [] };
    },
  });
  return {
    registries: { manifests, open: (source) => Promise.resolve(registry(source)) },
    settings: { registries: {}, signatures: [{ match: 'quay.io', mode, keys: ['/k.pem'], identities: [] }] },
    remoteReader: {
      async *read() {},
      prepare({ file: { path, blob } }) {
        const content = Buffer.from(FILES[path as keyof typeof FILES]);
        const open = async function* () {
          read.push(path);
          yield content;
        };
        return Promise.resolve({ path, size: blob.size, sha256: sha256(content.toString()), open });
      },
    },
    signatureVerifier: {
      async verify(request) {
        asked.push(request);
        return left.shift() ?? UNSIGNED;
      },
      trusts: async () => true,
    },
    progress: nullProgress,
    clock: { now: () => new Date(0) },
    logger: { warn: (message) => void warned.push(message) },
  };
}

const reference = (text: string) => parseReference(text, { manifests }) as RemoteReference;

async function copy(given: World, to = 'ghcr.io/me/name', include?: readonly string[]) {
  const deps = world(given);
  const request = { source: reference('quay.io/org/name:v1'), destination: reference(to), ...(include && { include }) };
  return copyModel(deps, await planCopy(deps, request, {}), {});
}

describe('a copy from a source with a policy', () => {
  it.each(['ghcr.io/me/name', 'me/name'])('to %s sends nothing of what is not signed', async (to) => {
    await expect(copy({ verdicts: [UNSIGNED, UNSIGNED] }, to)).rejects.toMatchObject({ code: 'E_UNTRUSTED', exitCode: 5 });
    const damaged: SignatureVerdict = { state: 'rejected', code: 'E_INTEGRITY', reason: 'it is damaged.' };
    await expect(copy({ verdicts: [UNSIGNED, damaged] }, to)).rejects.toMatchObject({ code: 'E_INTEGRITY', exitCode: 6 });
    expect(sent).toEqual([]);
  });

  it('reads no file where its manifest is signed, and says by whom', async () => {
    const { signature } = await copy({ verdicts: [MANIFEST], attached: [ATTACHED] });
    expect(signature).toEqual({ state: 'verified', signer: SIGNER, covers: 'manifest', from: 'attached', checked: '1970-01-01T00:00:00.000Z' });
    expect([sent, read]).toEqual([['whole'], []]);
  });

  it('holds every file that goes against the signature in the model, whether that goes or not', async () => {
    const { signature } = await copy({ verdicts: [UNSIGNED, OF_FILES] }, 'me/name', ['*.gguf']);
    expect(signature).toMatchObject({ covers: 'files', from: 'model.sig' });
    expect(asked.at(-1)).toMatchObject({ candidates: [{ name: 'model.sig', content: new Uint8Array(Buffer.from('signature')) }] });
    expect(asked.at(-1)?.files).toEqual([{ path: 'config.json' }, { path: 'model.gguf', sha256: sha256('weights') }, { path: 'model.sig' }]);
    expect([sent, read]).toEqual([['model.gguf'], ['model.sig']]);
  });

  it('believes no signature of files where some are packed away', async () => {
    const snapshot = remoteSnapshot({ ...OCI, files: FILES, archives: [remoteArchive('layer')] });
    await expect(copy({ verdicts: [OF_FILES], attached: [ATTACHED], snapshot })).rejects.toMatchObject({
      code: 'E_UNTRUSTED',
      message: expect.stringContaining('unpacked'),
    });
    expect(sent).toEqual([]);
    expect(await copy({ verdicts: [MANIFEST], attached: [ATTACHED], snapshot })).toMatchObject({ signature: { covers: 'manifest' } });
  });

  it('only warns where that is wanted, and asks nothing where no policy is', async () => {
    expect(await copy({ verdicts: [UNSIGNED, UNSIGNED], mode: 'warn' })).toMatchObject({ signature: { state: 'unsigned' } });
    expect(warned).toEqual([expect.stringContaining('is not signed')]);
    const { signature } = await copy({ verdicts: [], mode: 'off' });
    expect(signature).toBeUndefined();
    expect(asked).toHaveLength(2);
  });
});
