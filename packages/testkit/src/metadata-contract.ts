import type { Digest, SnapshotMetadata, VersionRecord } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { addSnapshot, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision, type StoreUnderTest } from './sample.ts';

/** Names that have a meaning to some file system, to the store itself, or once they are encoded. */
const AWKWARD_NAMES = ['refs/pr/3', 'refs%2Fpr%2F3', '@x', '.versions', '.store', '.metadata', 'v1.json', 'a b.', '..', 'größe'];

/** What every store of metadata promises, see the port `Metadata`; `make` gives an empty one. */
export function metadataContract(make: () => Promise<StoreUnderTest>): void {
  describe('the metadata contract', () => {
    snapshotsContract(make);
    versionsContract(make);
  });
}

function snapshotsContract(make: () => Promise<StoreUnderTest>): void {
  const id = sampleId();
  const described = sampleMetadata(id, [sampleFile('config.json')]);

  it('knows nothing of what was never described', async () => {
    const { metadata } = await make();
    expect(await metadata.snapshot(id, {})).toBeUndefined();
    expect(await metadata.members(id, {})).toBeUndefined();
    expect(await metadata.version(id, 'v1', {})).toBeUndefined();
  });

  it('gives back what a snapshot was described as, unknown fields too', async () => {
    const { metadata } = await make();
    const extended = { ...described, 'x-of-tomorrow': { a: [1] } };
    await metadata.describe(extended, {});
    expect(await metadata.snapshot(id, {})).toEqual(extended);
  });

  it('describes a snapshot once: later words change nothing', async () => {
    const { metadata } = await make();
    await metadata.describe(described, {});
    await metadata.describe({ ...described, tool: 'other/1', files: [] }, {});
    expect(await metadata.snapshot(id, {})).toEqual(described);
  });

  it('describes a snapshot again that was only known in part, and keeps what only the first words told', async () => {
    const { metadata } = await make();
    const imported = { from: '/there', tool: 'testkit' };
    await metadata.describe({ ...described, files: [], partial: true, imported }, {});
    await metadata.describe(described, {});
    expect(await metadata.snapshot(id, {})).toEqual({ ...described, imported });
    await metadata.describe({ ...described, files: [], partial: true }, {});
    expect(await metadata.snapshot(id, {})).toEqual({ ...described, imported });
  });

  it('describes members once, beside the snapshot', async () => {
    const { metadata } = await make();
    const { path, size, sha256 } = sampleFile('model.gguf');
    await metadata.describe(described, {});
    expect(await metadata.members(id, {})).toBeUndefined();
    await metadata.describeMembers(id, { files: [{ path, size, sha256 }] }, {});
    await metadata.describeMembers(id, { files: [] }, {});
    expect(await metadata.members(id, {})).toEqual({ files: [{ path, size, sha256 }] });
    expect(await metadata.snapshot(id, {})).toEqual(described);
  });

  it('keeps what was last found of a snapshot’s signatures, and nothing of what was found before', async () => {
    const { cache, metadata } = await make();
    await addSnapshot({ cache, metadata }, { id, files: [sampleFile('config.json')] });
    const snapshot = (await cache.snapshot(id, {})) ?? expect.fail('the snapshot is there');
    expect(await metadata.signature(snapshot, {})).toBeUndefined();
    const verified = {
      state: 'verified',
      checked: described.created,
      signer: { key: sampleRevision(3) as Digest },
      covers: 'files',
      from: 'model.sig',
    } as const;
    const rejected = { state: 'rejected', checked: described.created, reason: 'of model.sig: no' } as const;
    for (const record of [
      verified,
      { ...verified, signer: { issuer: 'i', subject: 's' } },
      rejected,
      { state: 'unsigned', checked: described.created } as const,
    ]) {
      await metadata.recordSignature(id, record, {});
      expect(await metadata.signature(snapshot, {})).toEqual(record);
    }
    expect((await cache.snapshot(id, {}))?.files).toEqual(snapshot.files);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '.', ''])('refuses to describe a file at “%s”', async (path) => {
    const { metadata } = await make();
    const hostile: SnapshotMetadata = sampleMetadata(id, [sampleFile(path)]);
    await expect(metadata.describe(hostile, {})).rejects.toMatchObject({ code: 'E_STORE' });
    await expect(metadata.describeMembers(id, { files: [{ path, size: 1, sha256: sampleFile(path).sha256 }] }, {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect(await metadata.snapshot(id, {})).toBeUndefined();
  });

  it('keeps revisions, repositories and hosts apart', async () => {
    const { metadata } = await make();
    const ids = [id, sampleId({ revision: sampleRevision(2) }), sampleId({ repository: 'team/granite/nested' }), sampleId({ host: 'registry.example:5000' })];
    for (const one of ids) await metadata.describe(sampleMetadata(one, [sampleFile('config.json')]), {});
    for (const one of ids) expect(await metadata.snapshot(one, {})).toMatchObject(one);
  });
}

function versionsContract(make: () => Promise<StoreUnderTest>): void {
  const id = sampleId();
  const [first, second] = [sampleRevision(1), sampleRevision(2)];

  /** A store with both revisions whole, as whoever moves a name must have made them. */
  const prepare = async (): Promise<StoreUnderTest> => {
    const store = await make();
    for (const revision of [first, second]) await addSnapshot(store, { id: { ...id, revision }, files: [sampleFile('config.json')] });
    return store;
  };

  it.each(AWKWARD_NAMES)('makes, moves and removes the name “%s”', async (name) => {
    const { metadata } = await prepare();
    await metadata.moveVersion(id, sampleRecord(name, first), {});
    expect(await metadata.version(id, name, {})).toEqual(sampleRecord(name, first));
    const moved: VersionRecord = { ...sampleRecord(name, second), selectors: ['Q4_K_M'], moved: [{ revision: first, until: '2026-02-03T04:05:06.000Z' }] };
    await metadata.moveVersion(id, moved, {});
    expect(await metadata.version(id, name, {})).toEqual(moved);
    await metadata.removeVersion(id, name, {});
    expect(await metadata.version(id, name, {})).toBeUndefined();
  });

  it('keeps all those names apart', async () => {
    const { metadata } = await prepare();
    for (const name of AWKWARD_NAMES) await metadata.moveVersion(id, sampleRecord(name, first), {});
    for (const name of AWKWARD_NAMES) expect((await metadata.version(id, name, {}))?.name).toBe(name);
  });

  it('keeps fields of a record that it does not know', async () => {
    const { metadata } = await prepare();
    await metadata.moveVersion(id, { ...sampleRecord('v1', first), ...{ 'x-of-tomorrow': 1 } }, {});
    await metadata.moveVersion(id, sampleRecord('v1', second), {});
    expect(await metadata.version(id, 'v1', {})).toEqual({ ...sampleRecord('v1', second), 'x-of-tomorrow': 1 });
  });

  it('removes one name and no other, and one that is not there without a word', async () => {
    const { metadata } = await prepare();
    for (const name of ['v1', 'latest']) await metadata.moveVersion(id, sampleRecord(name, first), {});
    await metadata.removeVersion(id, 'v1', {});
    await metadata.removeVersion(id, 'v1', {});
    expect(await metadata.version(id, 'latest', {})).toEqual(sampleRecord('latest', first));
    expect(await metadata.snapshot({ ...id, revision: first }, {})).toBeDefined();
  });

  it.each(['before', 'after'])('keeps a version apart from a nested repository of its name that came %s', async (order) => {
    const { cache, metadata } = await prepare();
    const nested = sampleId({ repository: `${id.repository}/v1` });
    const name = () => metadata.moveVersion(id, sampleRecord('v1', first), {});
    if (order === 'after') await name();
    await addSnapshot({ cache, metadata }, { id: nested, files: [sampleFile('nested.json')] });
    await metadata.moveVersion(nested, sampleRecord('v1', nested.revision), {});
    if (order === 'before') await name();

    await metadata.removeVersion(id, 'v1', {});
    await cache.remove({ ...id, revision: first }, {});
    expect(await metadata.version(nested, 'v1', {})).toEqual(sampleRecord('v1', nested.revision));
    expect((await cache.snapshot(nested, {}))?.files).toMatchObject([{ path: 'nested.json' }]);
    const repositories = (await collect(cache.items({}))).flatMap((item) => (item.kind === 'repository' ? [item.id.repository] : []));
    expect(repositories).toContain(nested.repository);
  });

  it('shows a reader the old record or the new one, whole, while a name moves', async () => {
    const { metadata } = await prepare();
    const records = [
      sampleRecord('v1', first),
      { ...sampleRecord('v1', second), selectors: Array.from({ length: 500 }, (_, number) => `file-${number}`) },
    ] as const;
    await metadata.moveVersion(id, records[0], {});
    let moving = true;
    const move = async (): Promise<void> => {
      for (let round = 0; round < 40; round++) await metadata.moveVersion(id, records[round % 2 === 0 ? 1 : 0], {});
      moving = false;
    };
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      while (moving) {
        seen.push(await metadata.version(id, 'v1', {}));
        await new Promise(setImmediate);
      }
    };
    await Promise.all([move(), read()]);
    expect(seen.length).toBeGreaterThan(0);
    for (const record of seen) expect(records).toContainEqual(record);
  });

  it('takes many names at once', async () => {
    const { metadata } = await prepare();
    const names = Array.from({ length: 20 }, (_, number) => `v${number}`);
    await Promise.all(names.map((name) => metadata.moveVersion(id, sampleRecord(name, first), {})));
    for (const name of names) expect(await metadata.version(id, name, {})).toEqual(sampleRecord(name, first));
  });
}
