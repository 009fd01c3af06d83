import { beforeEach, describe, expect, it, vi } from 'vitest';
import { IlabError, listModels } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteFile, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const FILES = { 'config.json': '{}', 'model.safetensors': 'weights' };

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
  hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES }) });
});

function fails(content: string, error: unknown): void {
  fakes.network.instead.set(`sha256:${sha256(content)}`, () => Promise.reject(error));
}

describe('downloadModel', () => {
  it('describes before the first file, and moves the name after the last', async () => {
    const { record } = await download(fakes, 'org/name');
    const log = taken(fakes);
    const writes = log.filter((entry) => /^(?:describe|place|name|close)/.test(entry)).map((entry) => entry.split(' ')[0]);
    expect(writes).toEqual(['describe', 'place', 'place', 'name', 'close']);
    expect(log.indexOf(`resolve ${MAIN}`)).toBe(0);
    expect(log.indexOf(`describe ${commit('a')}`)).toBeLessThan(log.findIndex((entry) => entry.startsWith('locate')));
    expect(record).toEqual({ name: 'main', kind: 'branch', revision: commit('a'), selectors: [], checked: NOW, moved: [] });
  });

  it('says what came of it', async () => {
    const done = await download(fakes, 'org/name');
    expect(done).toMatchObject({ bytes: 9, fetched: 9, linked: 0, directory: `/home/user/models/huggingface.co/org/name/@${commit('a')}` });
    expect([...done.files].sort()).toEqual(['config.json', 'model.safetensors']);
    expect(Object.fromEntries(fakes.outcomes)).toEqual({ plan: '2 files, 9 bytes', 'config.json': 'fetched', 'model.safetensors': 'fetched' });
  });

  it('takes what another download brought while it waited, and says once whom it waits for', async () => {
    const both = await Promise.all([download(fakes, 'org/name'), download(fakes, 'org/name')]);
    expect(both.map(({ fetched }) => fetched).sort()).toEqual([0, 9]);
    expect(fakes.infos).toEqual([
      'model.safetensors: waiting for process 4711 (ilab ?[31mmodel), since 2026-05-04T03:02:01.000Z, which is fetching the same bytes.',
    ]);
  });

  it('describes again what was removed before it was leased', async () => {
    const { cache } = fakes.deps;
    const write: typeof cache.write = async (id, options) => {
      const writer = await cache.write(id, options);
      fakes.state.snapshots.clear();
      return writer;
    };
    const deps = { ...fakes.deps, cache: { ...cache, write } };
    await download({ ...fakes, deps }, 'org/name');
    expect(taken(fakes).filter((entry) => entry.startsWith('describe'))).toHaveLength(2);
  });

  it('records every file of the revision, whichever is fetched', async () => {
    const small: ReturnType<typeof remoteFile> = { path: 'README.md', blob: { id: 'README.md', size: 3, digest: `git-sha1:${commit('1')}` } };
    hold(fakes, { [MAIN]: remoteSnapshot({ files: [small, { ...remoteFile('m-Q4_K_M.gguf', 'four'), xetHash: 'xet' }] }) });
    await download(fakes, 'org/name#README.md');
    const [held] = fakes.state.snapshots.values();
    expect(held?.metadata).toEqual({
      schema: 1,
      source: 'hf',
      host: 'huggingface.co',
      repository: 'org/name',
      revision: commit('a'),
      requested: { reference: 'huggingface.co/org/name#README.md', version: 'main', kind: 'branch' },
      created: NOW,
      tool: 'ilab/1.2.3',
      files: [
        { path: 'README.md', size: 3, gitSha1: commit('1'), from: 'README.md' },
        { path: 'm-Q4_K_M.gguf', size: 4, sha256: sha256('four'), xetHash: 'xet', from: 'm-Q4_K_M.gguf' },
      ],
      format: 'gguf',
    });
    // The registry told no sha256 of it; the transfer found it out.
    expect(held?.files.get('README.md')?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('fetches nothing when all is here, but asks where the name points', async () => {
    await download(fakes, 'org/name');
    taken(fakes);
    expect(await download(fakes, 'org/name')).toMatchObject({ bytes: 9, fetched: 0, linked: 0 });
    expect(taken(fakes)).toEqual([`resolve ${MAIN}`, `name main → ${commit('a')}`, 'close']);
    expect(fakes.outcomes.get('model.safetensors')).toBe('linked');
  });

  it('fetches again what is here, when forced', async () => {
    await download(fakes, 'org/name');
    taken(fakes);
    expect(await download(fakes, 'org/name', { force: true })).toMatchObject({ fetched: 9, linked: 0 });
    expect(taken(fakes)).toEqual(expect.arrayContaining(['place config.json', 'place model.safetensors']));
  });

  it('counts bytes that another version has as linked', async () => {
    await download(fakes, 'org/name');
    hold(fakes, {
      'huggingface.co/org/name:v2': remoteSnapshot({ revision: commit('b'), version: 'v2', kind: 'tag', files: { ...FILES, 'config.json': '{"v":2}' } }),
    });
    taken(fakes);
    expect(await download(fakes, 'org/name:v2')).toMatchObject({ bytes: 14, fetched: 7, linked: 7 });
    expect(taken(fakes).filter((entry) => entry.startsWith('locate'))).toEqual(['locate config.json']);
    expect(fakes.outcomes.get('model.safetensors')).toBe('linked');
  });

  it('needs no space for what is here', async () => {
    await download(fakes, 'org/name#model.safetensors');
    fakes.state.available = 2;
    expect(await download(fakes, 'org/name')).toMatchObject({ bytes: 9, fetched: 2 });
  });

  it('fetches equal bytes of one revision once', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ files: { 'a.bin': 'same', 'b.bin': 'same', 'c.bin': 'same' } }) });
    expect(await download(fakes, 'org/name')).toMatchObject({ bytes: 12, fetched: 4, linked: 8 });
    expect(fakes.log.filter((entry) => entry.startsWith('fetched'))).toHaveLength(1);
  });

  it('begins with the largest files, eight at once', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}.bin`, 'x'.repeat(index + 1)]));
    hold(fakes, { [MAIN]: remoteSnapshot({ files }) });
    await download(fakes, 'org/name');
    expect(fakes.network.busiest).toBe(8);
    expect(fakes.log.filter((entry) => entry.startsWith('locate'))[0]).toBe('locate 19.bin');
  });

  it('gives a revision no name when none was asked for', async () => {
    const { version: _version, ...commitOnly } = remoteSnapshot({ kind: 'commit', files: FILES });
    hold(fakes, { [`huggingface.co/org/name:${commit('a')}`]: commitOnly });
    expect(await download(fakes, `org/name:${commit('a')}`)).not.toHaveProperty('record');
    expect(fakes.log.filter((entry) => entry.startsWith('name'))).toEqual([]);
  });

  it('passes on what the user should know', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES, notices: ['A layer was skipped.'] }) });
    await download(fakes, 'org/name');
    expect(fakes.warnings).toEqual(['A layer was skipped.']);
  });
});

describe('downloadModel that fails', () => {
  it('leaves the name where it was, and keeps what arrived for the next try', async () => {
    await download(fakes, 'org/name');
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: { 'config.json': '{"v":2}', 'model.safetensors': 'better weights' } }) });
    fails('{"v":2}', new IlabError('E_NETWORK', 'The connection broke.', { retryable: true, hint: 'Try again.', side: 'source' }));
    taken(fakes);
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: 'config.json: The connection broke.',
      hint: 'Try again.',
      retryable: true,
      side: 'source',
      details: { file: 'config.json' },
    });
    expect(taken(fakes).filter((entry) => /^(?:name|close)/.test(entry))).toEqual(['close']);
    expect(fakes.state.staged.size).toBe(0);
    expect(fakes.outcomes.get('config.json')).toBe('failed');
    const { models } = await listModels({ cache: fakes.deps.cache, manifests: fakes.deps.registries.manifests }, {});
    expect(models.map(({ version, revision }) => [version, revision])).toEqual([['main', commit('a')]]);
  });

  it('goes on with what is missing', async () => {
    // The larger one is fetched first and has arrived when the smaller one fails.
    fakes.network.instead.set(`sha256:${sha256('{}')}`, async () => {
      await expect.poll(() => fakes.log).toContain('place model.safetensors');
      throw new IlabError('E_NETWORK', 'lost');
    });
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ code: 'E_NETWORK' });
    fakes.network.instead.clear();
    expect(await download(fakes, 'org/name')).toMatchObject({ bytes: 9, fetched: 2 });
  });

  it('leaves nothing when no file came', async () => {
    fails('{}', new IlabError('E_INTEGRITY', 'The bytes of config.json are not those that were promised.'));
    fails('weights', new IlabError('E_INTEGRITY', 'The bytes of model.safetensors are not those that were promised.'));
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ code: 'E_INTEGRITY', message: expect.stringMatching(/^The bytes of /) });
    expect(fakes.state.snapshots.size).toBe(0);
  });

  it('says which file it was of an error from another copy of this package', async () => {
    vi.resetModules();
    const other = await import('../../src/index.ts');
    fails('weights', new other.IlabError('E_FORBIDDEN', 'The repository is gated.'));
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ code: 'E_FORBIDDEN', message: 'model.safetensors: The repository is gated.' });
  });

  it('tells its own failure, not that of tidying up', async () => {
    fails('{}', new IlabError('E_NETWORK', 'lost'));
    fails('weights', new IlabError('E_NETWORK', 'lost'));
    vi.spyOn(fakes.deps.cache, 'remove').mockRejectedValue(new IlabError('E_STORE', 'The disk is gone.'));
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ code: 'E_NETWORK' });
  });

  it('does not move the name when aborted, and ends as aborted', async () => {
    const controller = new AbortController();
    fakes.network.instead.set(`sha256:${sha256('weights')}`, ({ signal }) => {
      controller.abort();
      return Promise.reject(signal?.reason);
    });
    await expect(download(fakes, 'org/name', {}, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(fakes.log.filter((entry) => /^(?:name|close)/.test(entry))).toEqual(['close']);
    expect(fakes.state.staged.size).toBe(0);
  });

  it.each([
    ['E_NOT_FOUND', 'org/other', 'a repository that is not there'],
    ['E_NOT_FOUND', 'org/name#Q4_K_M', 'a selector that fits nothing'],
    ['E_NO_SPACE', 'org/name', 'a full disk'],
    ['E_PLUGIN_MISSING', 'hf://org/name', 'a source without a plugin'],
  ])('ends with %s before anything is written: %s, %s', async (code, text) => {
    if (code === 'E_NO_SPACE') fakes.state.available = 8;
    if (code === 'E_PLUGIN_MISSING') vi.spyOn(fakes.deps.registries, 'open').mockRejectedValue(new IlabError('E_PLUGIN_MISSING', 'No plugin.'));
    await expect(download(fakes, text)).rejects.toMatchObject({ code });
    expect(fakes.log.filter((entry) => !entry.startsWith('resolve'))).toEqual([]);
    expect(fakes.state.snapshots.size).toBe(0);
  });

  it('says what the disk would have needed', async () => {
    fakes.state.available = 8;
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ details: { needed: 9, available: 8 } });
  });
});
