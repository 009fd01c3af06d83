import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { withMode } from '../test/with-mode.ts';
import { writeTree } from '../test/write-tree.ts';

const id = sampleId();
const [first, second] = [sampleRevision(1), sampleRevision(2)];
const file = sampleFile('config.json');
const entryOf = (revision: string): string => `@${revision.replace(':', '-')}`;

/** A store with two whole snapshots of one repository. */
async function storeWithTwo() {
  const store = temporaryStore();
  for (const revision of [first, second]) await addSnapshot(store, { id: { ...id, revision }, files: [file] });
  return { ...store, repository: join(store.models, 'registry.example/team/granite') };
}

describe('a version name', () => {
  it('is a record and, for people, a link to the snapshot', async () => {
    const { metadata, repository } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    expect(readlinkSync(join(repository, 'v1'))).toBe(entryOf(first));
    expect(readFileSync(join(repository, 'v1/config.json'), 'utf8')).toBe(file.content);
    expect(JSON.parse(readFileSync(join(repository, '.versions/v1.json'), 'utf8'))).toEqual(sampleRecord('v1', first));
  });

  it.each([
    ['refs/pr/3', 'refs%2Fpr%2F3'],
    ['@x', '%40x'],
    ['.versions', '%2Eversions'],
  ])('“%s” is linked as %s', async (name, entry) => {
    const { metadata, repository } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord(name, first), {});
    expect(readdirSync(repository).sort()).toEqual([entry, '.versions', entryOf(first), entryOf(second)].sort());
    expect(readdirSync(join(repository, '.versions'))).toEqual([`${entry}.json`]);
  });

  it('moves with its link, which is replaced and never missing', async () => {
    const { metadata, repository } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    let moving = true;
    const seen = new Set<string>();
    const watch = async (): Promise<void> => {
      while (moving) {
        seen.add(readlinkSync(join(repository, 'v1')));
        await new Promise(setImmediate);
      }
    };
    const move = async (): Promise<void> => {
      for (let round = 1; round <= 31; round++) await metadata.moveVersion(id, sampleRecord('v1', round % 2 === 0 ? first : second), {});
      moving = false;
    };
    await Promise.all([move(), watch()]);
    expect([...seen].sort()).toEqual([entryOf(first), entryOf(second)].sort());
    expect(realpathSync(join(repository, 'v1'))).toBe(join(repository, entryOf(second)));
    expect(readdirSync(join(repository, '.versions'))).toEqual(['v1.json']);
    expect(readdirSync(repository).filter((entry) => entry.endsWith('.tmp'))).toEqual([]);
  });

  it('goes without a link where a nested repository has its name, and takes only its record along', async () => {
    const { metadata, repository, ...store } = await storeWithTwo();
    await addSnapshot({ ...store, metadata }, { id: sampleId({ repository: 'team/granite/v1' }), files: [file] });
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    expect(lstatSync(join(repository, 'v1')).isDirectory()).toBe(true);
    expect(await metadata.version(id, 'v1', {})).toEqual(sampleRecord('v1', first));
    await metadata.removeVersion(id, 'v1', {});
    expect(readdirSync(join(repository, 'v1'))).toEqual([entryOf(first)]);
  });

  it('goes without a link where a user’s file has its name', async () => {
    const { metadata, repository } = await storeWithTwo();
    writeTree(repository, { v1: 'mine' });
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    await metadata.removeVersion(id, 'v1', {});
    expect(readFileSync(join(repository, 'v1'), 'utf8')).toBe('mine');
  });

  it('gives its link’s name to a nested repository that comes later', async () => {
    const { metadata, repository, ...store } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    await addSnapshot({ ...store, metadata }, { id: sampleId({ repository: 'team/granite/v1' }), files: [file] });
    expect(lstatSync(join(repository, 'v1')).isDirectory()).toBe(true);
    expect(readdirSync(join(repository, entryOf(first))).filter((entry) => entry.startsWith('@'))).toEqual([]);
    expect(await metadata.version(id, 'v1', {})).toEqual(sampleRecord('v1', first));
  });

  it('says so where its link can’t be taken out of the way', async () => {
    const { metadata, repository } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    const failure = withMode(repository, 0o555, () => metadata.describe(sampleMetadata(sampleId({ repository: 'team/granite/v1' }), []), {}));
    await expect(failure).rejects.toMatchObject({ code: 'E_STORE', hint: expect.any(String) });
    expect(readlinkSync(join(repository, 'v1'))).toBe(entryOf(first));
  });

  it('takes no link away that somebody made, and writes nothing through it', async () => {
    const { root, models, ...store } = temporaryStore();
    mkdirSync(join(root, 'disk'));
    mkdirSync(join(models, 'registry.example'), { recursive: true });
    symlinkSync(join(root, 'disk'), join(models, 'registry.example/team'));
    await expect(addSnapshot(store, { id, files: [file] })).rejects.toMatchObject({ code: 'E_STORE', message: expect.stringContaining('team is a link') });
    expect(readlinkSync(join(models, 'registry.example/team'))).toBe(join(root, 'disk'));
    expect(readdirSync(join(root, 'disk'))).toEqual([]);
  });

  it('leaves nothing behind when it is removed', async () => {
    const { metadata, repository } = await storeWithTwo();
    await metadata.moveVersion(id, sampleRecord('v1', first), {});
    await metadata.removeVersion(id, 'v1', {});
    expect(readdirSync(repository).sort()).toEqual([entryOf(first), entryOf(second)].sort());
  });
});

describe('files of records', () => {
  it('keep what a later ilab wrote into them', async () => {
    const { metadata, repository } = await storeWithTwo();
    writeTree(repository, { '.versions/v1.json': JSON.stringify({ ...sampleRecord('v1', first), pinnedBy: 'team', checked: '2030-01-01T00:00:00Z' }) });
    await metadata.moveVersion(id, sampleRecord('v1', second), {});
    expect(JSON.parse(readFileSync(join(repository, '.versions/v1.json'), 'utf8'))).toEqual({ ...sampleRecord('v1', second), pinnedBy: 'team' });
  });

  it('of a snapshot are never rewritten, byte for byte', async () => {
    const { metadata, repository } = await storeWithTwo();
    const path = join(repository, entryOf(first), '.metadata');
    const text = JSON.stringify({ future: true, ...sampleMetadata({ ...id, revision: first }, [file]) });
    writeFileSync(path, text);
    await metadata.describe(sampleMetadata({ ...id, revision: first }, []), {});
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await metadata.snapshot({ ...id, revision: first }, {})).toHaveProperty('future', true);
  });

  it.each([
    ['torn', '{"schema": 1, "sour'],
    ['empty', ''],
    ['of another schema', JSON.stringify({ ...sampleMetadata(id, [file]), schema: 2 })],
    ['not about a snapshot', '[]'],
    ['leading out of it', JSON.stringify(sampleMetadata(id, [sampleFile('../x')]))],
  ])('that are %s are said to be', async (_what, text) => {
    const { metadata, models } = temporaryStore();
    writeTree(join(models, 'registry.example/team/granite', entryOf(id.revision)), { '.metadata': text });
    await expect(metadata.snapshot(id, {})).rejects.toMatchObject({
      code: 'E_STORE',
      message: expect.stringContaining('.metadata can’t be read'),
      hint: expect.any(String),
    });
  });

  it('that are torn are written again, those of another schema left alone', async () => {
    const { metadata, models } = temporaryStore();
    const path = join(models, 'registry.example/team/granite', entryOf(id.revision), '.metadata');
    writeTree(join(path, '..'), { '.metadata': '{"schema": 1, "sour' });
    await metadata.describe(sampleMetadata(id, [file]), {});
    expect(await metadata.snapshot(id, {})).toEqual(sampleMetadata(id, [file]));
    writeFileSync(path, '{"schema": 2}');
    await metadata.describe(sampleMetadata(id, [file]), {});
    expect(readFileSync(path, 'utf8')).toBe('{"schema": 2}');
  });
});
