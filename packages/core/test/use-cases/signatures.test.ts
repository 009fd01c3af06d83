import { beforeEach, describe, expect, it } from 'vitest';
import { type Attachment, IlabError, type SignaturePolicy, type SignatureRequest, type SignatureVerdict, type Signer } from '../../src/index.ts';
import { createFakes, download, type Fakes, fileMember, hold, remoteArchive, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const REFERENCE = 'quay.io/team/signed:v1';
const DIGEST = `sha256:${sha256('manifest')}` as const;
const FILES = { 'config.json': '{}', 'model.safetensors': 'weights', 'model.sig': 'signature' };
const SIGNER: Signer = { key: `sha256:${sha256('key')}` };
const MANIFEST: SignatureVerdict = { state: 'verified', signer: SIGNER, covers: 'manifest', from: 'attached' };
const OF_FILES: SignatureVerdict = { ...MANIFEST, covers: 'files', from: 'model.sig' };
const REJECTED: SignatureVerdict = { state: 'rejected', code: 'E_INTEGRITY', reason: 'of model.sig: no.' };
const attachment: Attachment = { name: 'attached', mediaType: 'x/y', content: Buffer.from('bundle'), annotations: {} };

let fakes: Fakes;
let requests: SignatureRequest[];
let verdicts: SignatureVerdict[];

function given(mode: SignaturePolicy['mode'], { verifier = true } = {}): void {
  fakes = createFakes({ signatures: [{ match: 'quay.io', mode, keys: ['/k.pem'], identities: [] }] });
  requests = [];
  verdicts = [];
  if (!verifier) return;
  Object.assign(fakes.deps, {
    signatureVerifier: {
      async verify(request: SignatureRequest) {
        requests.push(request);
        return verdicts.shift() ?? { state: 'unsigned' };
      },
      trusts: async () => true,
    },
  });
}

function serve(more: Parameters<typeof remoteSnapshot>[0] = {}): void {
  const manifest = { digest: DIGEST, mediaType: 'm', content: 'manifest' };
  const id = { source: 'oci', host: 'quay.io', repository: 'team/signed', revision: DIGEST, version: 'v1', kind: 'tag' } as const;
  hold(fakes, { [REFERENCE]: remoteSnapshot({ ...id, files: FILES, manifest, ...more }) });
}

const record = () => [...fakes.state.signatures.values()][0];

beforeEach(() => given('require'));

describe('a download under a policy', () => {
  it('is let in by a signature of the manifest, before any byte is fetched', async () => {
    serve();
    fakes.world.attachments = [attachment];
    verdicts = [MANIFEST];
    await download(fakes, REFERENCE);
    expect(requests).toEqual([expect.objectContaining({ candidates: [attachment], files: Object.keys(FILES).map((path) => ({ path })) })]);
    expect(record()).toEqual({ state: 'verified', signer: SIGNER, covers: 'manifest', from: 'attached', checked: expect.any(String) });
    const log = taken(fakes);
    expect(log.indexOf('signature verified')).toBeLessThan(log.indexOf(`name v1 → ${DIGEST}`));
  });

  it('asks again of nothing that a signature of the manifest covers, unless it is forced', async () => {
    serve();
    fakes.world.attachments = [attachment];
    verdicts = [MANIFEST, MANIFEST];
    await download(fakes, REFERENCE, { include: ['config.json'] });
    await download(fakes, REFERENCE);
    expect(requests).toHaveLength(1);
    await download(fakes, REFERENCE, { force: true });
    expect(requests).toHaveLength(2);
  });

  it('asks again where a signature of files meets files that were not here', async () => {
    serve();
    verdicts = [{ state: 'unsigned' }, OF_FILES, { state: 'unsigned' }, OF_FILES];
    await download(fakes, REFERENCE, { include: ['config.json'] });
    await download(fakes, REFERENCE, { include: ['config.json'] });
    expect(requests).toHaveLength(2);
    await download(fakes, REFERENCE);
    expect(requests.at(-1)?.files.map(({ sha256: hash }) => hash !== undefined)).toEqual([true, true, true]);
  });

  it('holds what comes out of archives against the signature when it is out, and keeps nothing that is refused', async () => {
    const archive = remoteArchive('layer');
    serve({ files: { 'model.sig': 'signature' }, archives: [archive] });
    fakes.network.members.set(archive.blob.digest, [fileMember('model.safetensors', 'weights')]);
    verdicts = [{ state: 'unsigned' }, REJECTED];
    await expect(download(fakes, REFERENCE)).rejects.toMatchObject({ code: 'E_INTEGRITY', message: expect.stringContaining('of model.sig: no.') });
    expect(requests.at(-1)?.files).toContainEqual({ path: 'model.safetensors', sha256: sha256('weights') });
    expect(fakes.state.snapshots.size).toBe(0);
    expect(taken(fakes).filter((entry) => entry.startsWith('name'))).toEqual([]);
  });

  it('finds nothing good where nobody can check', async () => {
    given('require', { verifier: false });
    serve();
    await expect(download(fakes, REFERENCE)).rejects.toMatchObject({ code: 'E_UNTRUSTED', exitCode: 5 });
  });

  it('fails where the registry does not say what it has, and only warns where it is to warn', async () => {
    for (const mode of ['require', 'warn'] as const) {
      given(mode);
      serve();
      fakes.world.attachments = new IlabError('E_NETWORK', 'No connection.');
      const ending = download(fakes, REFERENCE);
      if (mode === 'require') await expect(ending).rejects.toMatchObject({ code: 'E_NETWORK' });
      else await ending;
    }
    expect(fakes.warnings).toEqual([expect.stringContaining('No connection.')]);
    expect(record()).toMatchObject({ state: 'rejected' });
  });
});
