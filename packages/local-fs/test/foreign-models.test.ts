import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ForeignModel, ForeignTool, RefusedModel } from '@ilab/core';
import { collect, sampleFile } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { createForeignModels } from '../src/index.ts';
import { layOutArtifacts, linkFarm } from './link-farm.ts';
import { temporaryDirectory } from './temporary-store.ts';
import { GGUF, writeTree } from './write-tree.ts';

const COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';
const SAFETENSORS = { 'config.json': '{}', 'model.safetensors': 'weights' };
const sha256 = (content: string) => sampleFile('x', content).sha256;

function surroundings() {
  const home = temporaryDirectory();
  const directory = join(home, 'models');
  const foreign = createForeignModels({ env: {}, home, cwd: home, directory });
  const only = async (found: AsyncIterable<ForeignModel | RefusedModel>): Promise<ForeignModel> => {
    const [one, ...rest] = await collect(found);
    expect(rest).toEqual([]);
    if (!one || 'reason' in one) throw new Error(one?.reason ?? 'nothing was found');
    return one;
  };
  return {
    home,
    directory,
    foreign,
    cache: join(home, '.cache', 'huggingface', 'hub'),
    of: (tool: ForeignTool) => only(foreign.of(tool, {})),
    at: (path: string, any = false) => only(foreign.at(path, { any })),
  };
}

it('a tool that is not there has nothing', async () => {
  const { foreign } = surroundings();
  for (const tool of ['huggingface', 'ollama', 'instructlab'] as const) expect(await collect(foreign.of(tool, {}))).toEqual([]);
});

describe('Hugging Face’s cache', () => {
  /** A snapshot as the client makes it: links into the repository’s blobs. */
  function layOut(cache: string, files: Readonly<Record<string, string>>, commit = COMMIT): string {
    const repository = join(cache, 'models--org--name');
    for (const [path, content] of Object.entries(files)) {
      writeTree(repository, { [`blobs/${sha256(content)}`]: content });
      const link = join(repository, 'snapshots', commit, path);
      mkdirSync(join(link, '..'), { recursive: true });
      symlinkSync(join(repository, 'blobs', sha256(content)), link);
    }
    return repository;
  }

  it('tells repository, commit, names and hashes, and that nobody knows of more', async () => {
    const { cache, of } = surroundings();
    writeTree(layOut(cache, { 'a.gguf': 'a', 'sub/b.json': 'b' }), { 'refs/main': COMMIT, 'refs/refs/pr/1': `${COMMIT}\n`, 'refs/other': '0'.repeat(40) });
    const model = await of('huggingface');
    expect(model).toMatchObject({ repository: 'hf://org/name', revision: COMMIT, whole: false, mayLink: true });
    expect(model.others).toBeUndefined();
    expect(model.versions.map(({ name }) => name)).toEqual(['main', 'refs/pr/1']);
    expect(model.files.map(({ path, size, digest }) => [path, size, digest])).toEqual([
      ['a.gguf', 1, `sha256:${sha256('a')}`],
      ['sub/b.json', 1, `sha256:${sha256('b')}`],
    ]);
  });

  it('tells by its tree what else the commit has, and what a file without a link is', async () => {
    const { cache, of } = surroundings();
    const repository = layOut(cache, { 'a.gguf': 'a' });
    const tree = {
      'a.gguf': { size: 1, lfs_sha256: sha256('a') },
      'plain.txt': { size: 2, blob_id: 'c'.repeat(40) },
      'b.gguf': { size: 3, lfs_sha256: sha256('b') },
    };
    writeTree(repository, { [`trees/${COMMIT}.json`]: JSON.stringify({ files: tree }), [`snapshots/${COMMIT}/plain.txt`]: 'xx' });
    const model = await of('huggingface');
    expect(model).toMatchObject({ whole: false, others: [{ path: 'b.gguf', size: 3, sha256: sha256('b') }] });
    expect(model.files.map(({ path, digest }) => [path, digest])).toEqual([
      ['a.gguf', `sha256:${sha256('a')}`],
      ['plain.txt', `git-sha1:${'c'.repeat(40)}`],
    ]);
  });

  it('gives nothing that lies outside of it, and minds no rubbish', async () => {
    const { cache, home, of } = surroundings();
    const repository = layOut(cache, { 'a.gguf': 'a' });
    writeTree(home, { secret: 'secret' });
    for (const [name, target] of Object.entries({ leak: join(home, 'secret'), gone: 'nowhere', circle: 'circle' }))
      symlinkSync(target, join(repository, 'snapshots', COMMIT, name));
    writeTree(repository, { [`snapshots/${COMMIT}/back\\slash`]: 'x', 'snapshots/not-a-commit/x': 'x', 'refs/main': 'not a commit' });
    writeTree(repository, { [`trees/${COMMIT}.json`]: JSON.stringify({ files: { '../../x': { size: 1 } } }) });
    writeTree(cache, { 'models--../x': 'x', 'models--evil--\u001b[2J/refs/main': 'x', 'version.txt': '1', 'blobs/aa/bb': 'x' });
    symlinkSync('/', join(cache, 'models--root--link'));
    const model = await of('huggingface');
    expect(model.files.map(({ path }) => path)).toEqual(['a.gguf']);
    expect(model).toMatchObject({ versions: [] });
    expect(model.others).toBeUndefined();
  });

  it('is also known by the path of all, of a repository, or of one snapshot', async () => {
    const { cache, at } = surroundings();
    const repository = layOut(cache, { 'a.gguf': 'a' });
    for (const path of [cache, repository, join(repository, 'snapshots', COMMIT)])
      expect(await at(path)).toMatchObject({ repository: 'hf://org/name', revision: COMMIT });
  });
});

describe('older models', () => {
  it('that are links have the files of their manifest, and what is gone is said to be', async () => {
    const { home, directory, of } = surroundings();
    const layout = join(home, 'oci', 'granite');
    const [digest] = layOutArtifacts(layout, [SAFETENSORS]);
    linkFarm(join(directory, 'granite'), layout, SAFETENSORS);
    expect(await of('instructlab')).toMatchObject({
      name: 'granite',
      revision: digest,
      whole: true,
      others: [],
      files: [{ digest: `sha256:${sha256('{}')}` }, {}],
    });
    writeFileSync(join(layout, 'blobs', 'sha256', sha256('weights')), 'short');
    expect(await of('instructlab')).toMatchObject({ whole: false, others: [{ path: 'model.safetensors', sha256: sha256('weights') }] });
  });

  it.each(['../../x', '/etc/x', 'a\\b', 'a/../../b'])('whose manifest has a file called “%s” are refused', async (title) => {
    const { home, directory, foreign } = surroundings();
    const layout = join(home, 'oci', 'granite');
    layOutArtifacts(layout, [{ ...SAFETENSORS, [title]: 'x' }]);
    linkFarm(join(directory, 'granite'), layout, SAFETENSORS);
    // Such a manifest has files that no link of the folder can be for, so it is not the folder’s at all.
    expect(await collect(foreign.of('instructlab', {}))).toEqual([expect.objectContaining({ reason: expect.stringMatching(/link/) })]);
  });

  it('of mixed commits are of none', async () => {
    const { directory, of } = surroundings();
    const note = (commit: string) => `${commit}\n${sha256('x')}\n1.0\n`;
    writeTree(join(directory, 'org', 'name'), {
      ...SAFETENSORS,
      '.cache/huggingface/download/config.json.metadata': note(COMMIT),
      '.cache/huggingface/download/model.safetensors.metadata': note('0'.repeat(40)),
    });
    const model = await of('instructlab');
    expect(model).toMatchObject({ name: 'org/name', whole: true, others: [] });
    expect([model.revision, model.repository]).toEqual([undefined, undefined]);
  });
});

describe('a path', () => {
  it('of one part of a split model is all of its parts', async () => {
    const { home, at, foreign } = surroundings();
    writeTree(home, { 'x-00001-of-00002.gguf': GGUF, 'x-00002-of-00002.gguf': GGUF, 'y-00001-of-00002.gguf': GGUF });
    const model = await at('x-00001-of-00002.gguf');
    expect(model).toMatchObject({ name: 'x', files: [{ path: 'x-00001-of-00002.gguf' }, { path: 'x-00002-of-00002.gguf' }] });
    expect(await collect(foreign.at('y-00001-of-00002.gguf', {}))).toMatchObject([{ reason: expect.stringMatching(/2 parts, and 1 are here/) }]);
  });

  it('is relative to the working directory or the home, and may be no model if that is wanted', async () => {
    const { home, at, foreign } = surroundings();
    writeTree(home, { 'folder/anything.bin': 'x' });
    expect(await at('folder', true)).toMatchObject({ name: 'folder', files: [{ path: 'anything.bin', size: 1 }] });
    expect(await at('~/folder/anything.bin', true)).toMatchObject({ files: [{ path: 'anything.bin' }] });
    await expect(collect(foreign.at('folder', {}))).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    await expect(collect(foreign.at('nothing', {}))).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});

it('content has one revision, in whatever order its files are told', () => {
  const { foreign } = surroundings();
  const files = [sampleFile('b'), sampleFile('a'), sampleFile('a-b'), sampleFile('B')];
  const revision = foreign.revisionOf(files);
  expect(foreign.revisionOf(files.toReversed())).toBe(revision);
  expect(foreign.revisionOf([...files.slice(1), sampleFile('c')])).not.toBe(revision);
  const listing = [files[3], files[1], files[2], files[0]].map((file) => `${file?.sha256}  ${file?.path}\n`).join('');
  expect(revision).toBe(`sha256:${sha256(listing)}`);
});
