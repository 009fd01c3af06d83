import { appendFile, chmod, cp, mkdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attach, manifestStatement, referrerOf, signStatement } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { forgedModel } from './forge.ts';
import { artifactOf, endOf, FILES, KEYS, REQUIRE, signed, signedWorld } from './signed-world.ts';

const WARN = { ...REQUIRE, mode: 'warn' };
const MODEL = artifactOf(FILES);
const ATTACHED = attach('acme/model', MODEL, [referrerOf(MODEL, JSON.stringify(signStatement(manifestStatement(MODEL.manifest.sha256), KEYS.trusted)))]);

describe('what was found of a signature', () => {
  it('is kept, and told by inspect', async () => {
    await using world = await signedWorld();
    await world.ilab.models.download({ reference: world.reference });
    const verified = { state: 'verified', signer: { key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }, covers: 'files', from: 'model.sig', trusted: true };
    expect((await world.ilab.models.inspect({ reference: world.reference })).signature).toEqual({ ...verified, checked: expect.any(String) });
    const other = await world.under([{ ...WARN, keys: ['stranger.pem'] }]);
    expect((await other.models.inspect({ reference: world.reference })).signature).toMatchObject({ ...verified, trusted: false });
    const none = await world.under([]);
    expect((await none.models.inspect({ reference: world.reference })).signature).not.toHaveProperty('trusted');
  });

  it('is told where a policy only warns, and is nothing where none asks', async () => {
    await using unsigned = await signedWorld({ files: FILES, signatures: [WARN] });
    await unsigned.ilab.models.download({ reference: unsigned.reference });
    expect((await unsigned.ilab.models.inspect({ reference: unsigned.reference })).signature).toMatchObject({ state: 'unsigned', trusted: false });
    await using rejected = await signedWorld({ files: forgedModel({ key: KEYS.stranger }), signatures: [WARN] });
    await rejected.ilab.models.download({ reference: rejected.reference });
    expect((await rejected.ilab.models.inspect({ reference: rejected.reference })).signature).toMatchObject({
      state: 'rejected',
      reason: expect.stringMatching(/none of the keys/),
    });
    await using free = await signedWorld({ signatures: [] });
    await free.ilab.models.download({ reference: free.reference });
    expect(await free.ilab.models.inspect({ reference: free.reference })).not.toHaveProperty('signature');
  });

  it('is told of a registry, as far as nothing of the model has to be fetched for that', async () => {
    await using attached = await signedWorld({ files: FILES, artifacts: ATTACHED });
    const inspect = async (world: typeof attached) => (await world.ilab.models.inspect({ reference: world.reference, remote: true })).signature;
    expect(await inspect(attached)).toMatchObject({ state: 'verified', covers: 'manifest', trusted: true });
    await using unsigned = await signedWorld({ files: FILES });
    expect(await inspect(unsigned)).toMatchObject({ state: 'unsigned', trusted: false });
    await using inside = await signedWorld();
    expect(await inspect(inside)).toBeUndefined();
  });

  it('is checked again by verify, as far as that needs nobody', async () => {
    await using world = await signedWorld({ signatures: [] });
    await world.ilab.models.download({ reference: world.reference });
    expect(await world.ilab.models.verify({ all: true })).toMatchObject({ ok: [world.reference], untrusted: [] });
    const strict = await world.under([REQUIRE]);
    await expect(strict.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
    expect(await strict.models.verify({ all: true })).toMatchObject({ ok: [world.reference], untrusted: [] });
    expect((await strict.models.resolve({ reference: world.reference })).downloaded).toBe(false);
    const other = await world.under([{ ...REQUIRE, keys: ['stranger.pem'] }]);
    expect(await other.models.verify({ all: true })).toMatchObject({
      ok: [],
      untrusted: [{ reference: world.reference, reason: expect.stringMatching(/none of the keys/) }],
    });
    // The last word counts.
    const again = await world.under([REQUIRE]);
    await expect(again.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
  });

  it('of a manifest is believed by verify while its signer is trusted, and asked for by a download after that', async () => {
    await using world = await signedWorld({ files: FILES, artifacts: ATTACHED });
    await world.ilab.models.download({ reference: world.reference });
    expect(await world.ilab.models.verify({ all: true })).toMatchObject({ untrusted: [] });
    const other = await world.under([{ ...REQUIRE, keys: ['stranger.pem'] }]);
    expect(await other.models.verify({ all: true })).toMatchObject({ untrusted: [{ reason: expect.stringMatching(/ilab model download/) }] });
  });

  it('says nothing for bytes that changed on disk since', async () => {
    await using world = await signedWorld();
    const { path } = await world.ilab.models.download({ reference: world.reference });
    await chmod(join(path, 'config.json'), 0o644);
    await appendFile(join(path, 'config.json'), ' ');
    expect(await world.ilab.models.verify({ all: true })).toMatchObject({ ok: [], bad: [{ file: 'config.json' }] });
  });

  it('that is torn trusts nobody', async () => {
    await using world = await signedWorld();
    const { path } = await world.ilab.models.download({ reference: world.reference });
    await writeFile(join(path, '.metadata.signature'), '{"state": "verified"}');
    await expect(world.ilab.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_STORE' });
    await unlink(join(path, '.metadata.signature'));
    await expect(world.ilab.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
    expect((await endOf(world.ilab, world.reference)).code).toBe('done');
  });

  it('counts in a read-only store, too', async () => {
    await using world = await signedWorld();
    const { path } = await world.ilab.models.download({ reference: world.reference });
    const [own, shared] = [join(world.home, '.cache/instructlab/models'), join(world.home, 'shared')];
    await cp(own, shared, { recursive: true, verbatimSymlinks: true });
    await rm(own, { recursive: true });
    const settings = { extraDirs: [shared] };
    const ilab = await world.under([REQUIRE], settings);
    expect((await ilab.models.resolve({ reference: world.reference })).path).toBe(path.replace(own, shared));
    const other = await world.under([{ ...REQUIRE, keys: ['stranger.pem'] }], settings);
    await expect(other.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
  });
});

describe('an import', () => {
  const LOCAL = { ...REQUIRE, match: 'localhost' };

  async function bringIn(world: Awaited<ReturnType<typeof signedWorld>>, files: Readonly<Record<string, string | Uint8Array>>) {
    const folder = join(world.home, 'mine');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const plan = await world.ilab.models.planImport({ paths: [folder], as: 'localhost/mine:v1' });
    return world.ilab.models.import(plan);
  }

  const WEIGHTS = { 'config.json': '{"model_type": "llama"}', 'model.safetensors': Buffer.from('\u0002\0\0\0\0\0\0\0{}') };

  it('under a name whose policy requires a signature needs one', async () => {
    await using unsigned = await signedWorld({ signatures: [LOCAL] });
    const { imported, refused } = await bringIn(unsigned, WEIGHTS);
    expect({ imported, refused }).toMatchObject({ imported: [], refused: [{ reason: expect.stringMatching(/not signed/) }] });
    expect((await unsigned.ilab.models.list()).models).toEqual([]);
    await using good = await signedWorld({ signatures: [LOCAL] });
    expect((await bringIn(good, signed(WEIGHTS))).imported).toHaveLength(1);
    expect((await good.ilab.models.resolve({ reference: 'localhost/mine:v1' })).downloaded).toBe(false);
  });
});

describe('doctor', () => {
  it.each<[string, readonly object[], object]>([
    ['that no policy asks', [], { state: 'ok', message: expect.stringMatching(/No policy/) }],
    ['which ask', [REQUIRE, { match: 'quay.io', mode: 'off' }], { state: 'ok', message: expect.stringMatching(/\*\* \(require\)\.$/) }],
    ['which let nothing pass', [{ ...REQUIRE, keys: ['none.pem'] }], { state: 'problem', code: 'E_UNTRUSTED', message: expect.stringMatching(/none\.pem/) }],
  ])('says %s', async (_what, signatures, finding) => {
    await using world = await signedWorld({ signatures });
    const { findings } = await world.ilab.doctor();
    expect(findings.filter(({ check }) => check === 'signatures')).toMatchObject([finding]);
  });
});
