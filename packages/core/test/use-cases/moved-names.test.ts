import { beforeEach, describe, expect, it } from 'vitest';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const QUANTISED = { 'README.md': 'read me', 'm-Q4_K_M.gguf': 'four', 'm-Q8_0.gguf': 'eight', 'm-F16.gguf': 'sixteen' };
const BETTER = { 'README.md': 'read me', 'm-Q4_K_M.gguf': 'four!', 'm-Q8_0.gguf': 'eight!', 'm-F16.gguf': 'sixteen!' };

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
  hold(fakes, { [MAIN]: remoteSnapshot({ files: QUANTISED }) });
});

async function after(text: string, ...more: Parameters<typeof download>[2][]): Promise<{ files: readonly string[]; selectors: readonly string[] }> {
  const { files, record } = await download(fakes, text, ...more);
  return { files: [...files].sort(), selectors: record?.selectors ?? [] };
}

describe('what was asked for under a name', () => {
  it('is recorded, and joined with what is asked for later', async () => {
    expect(await after('org/name#Q4_K_M')).toEqual({ files: ['m-Q4_K_M.gguf'], selectors: ['Q4_K_M'] });
    expect(await after('org/name#Q8_0')).toEqual({ files: ['m-Q8_0.gguf'], selectors: ['Q4_K_M', 'Q8_0'] });
    expect(await after('org/name#Q8_0')).toMatchObject({ selectors: ['Q4_K_M', 'Q8_0'] });
  });

  it('is everything once everything was asked for', async () => {
    await download(fakes, 'org/name#Q4_K_M');
    expect(await after('org/name', { include: ['*'] })).toMatchObject({ selectors: ['*', 'Q4_K_M'] });
    expect(await after('org/name#Q8_0')).toMatchObject({ selectors: ['*', 'Q4_K_M', 'Q8_0'] });
  });

  it('is told as globs where globs tell it, and else by name', async () => {
    expect(await after('org/name', { include: ['*.md', '*Q8*'] })).toEqual({ files: ['README.md', 'm-Q8_0.gguf'], selectors: ['*.md', '*Q8*'] });
    fakes = createFakes();
    hold(fakes, { [MAIN]: remoteSnapshot({ files: QUANTISED }) });
    expect(await after('org/name', { exclude: ['*F16*', '*Q?_*'] })).toEqual({ files: ['README.md'], selectors: ['README.md'] });
    expect(await after('org/name#*.gguf', { include: ['m-Q*'] })).toMatchObject({ selectors: ['README.md', 'm-Q4_K_M.gguf', 'm-Q8_0.gguf'] });
  });
});

describe('a name that moves', () => {
  beforeEach(async () => {
    await download(fakes, 'org/name#Q4_K_M');
    await download(fakes, 'org/name#Q8_0');
  });

  it('takes along all that was asked for under it', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    expect(await after('org/name#Q8_0')).toEqual({ files: ['m-Q4_K_M.gguf', 'm-Q8_0.gguf'], selectors: ['Q4_K_M', 'Q8_0'] });
    const placed = fakes.log.filter((entry) => /^(?:place|name)/.test(entry)).slice(-3);
    expect(placed.slice(0, 2).sort()).toEqual(['place m-Q4_K_M.gguf', 'place m-Q8_0.gguf']);
    expect(placed[2]).toBe(`name main → ${commit('b')}`);
  });

  it('takes everything along when everything was asked for', async () => {
    await after('org/name', { include: ['*'] });
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    expect((await after('org/name#Q4_K_M')).files).toEqual(Object.keys(BETTER).sort());
  });

  it('leaves behind what the new revision does not have', async () => {
    const { 'm-Q4_K_M.gguf': _gone, ...rest } = BETTER;
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: rest }) });
    expect(await after('org/name#Q8_0')).toEqual({ files: ['m-Q8_0.gguf'], selectors: ['Q4_K_M', 'Q8_0'] });
  });

  it('remembers where it pointed, and until when', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    await download(fakes, 'org/name#Q8_0');
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('c'), files: QUANTISED }) });
    const { record } = await download(fakes, 'org/name#Q8_0');
    expect(record).toMatchObject({
      revision: commit('c'),
      moved: [
        { revision: commit('a'), until: NOW },
        { revision: commit('b'), until: NOW },
      ],
    });
    expect((await download(fakes, 'org/name#Q8_0')).record?.moved).toHaveLength(2);
  });

  it('keeps what a newer ilab wrote into its record', async () => {
    const [names] = fakes.state.versions.values();
    const record = names?.get('main');
    if (!names || !record) throw new Error('nothing was recorded');
    names.set('main', { ...record, pinned: true } as typeof record);
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    expect((await download(fakes, 'org/name#Q8_0')).record).toMatchObject({ pinned: true, revision: commit('b') });
  });
});

describe('a name that moves to a repository without its past', () => {
  it('is not followed, and nothing is fetched, until that is wanted', async () => {
    await download(fakes, 'org/name');
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    fakes.world.history = [];
    const before = [...fakes.log];
    await expect(download(fakes, 'org/name')).rejects.toMatchObject({ code: 'E_INTEGRITY', hint: expect.stringContaining('--force') });
    expect(fakes.log.slice(before.length).filter((line) => !line.startsWith('resolve'))).toEqual([`holds ${commit('a')}`]);
    expect((await download(fakes, 'org/name', { force: true })).record).toMatchObject({ revision: commit('b') });
  });

  it('is followed where the past is known, and not asked about where nothing moved', async () => {
    fakes.world.history = [commit('a')];
    await download(fakes, 'org/name');
    await download(fakes, 'org/name');
    expect(fakes.log.filter((line) => line.startsWith('holds'))).toEqual([]);
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: BETTER }) });
    expect((await download(fakes, 'org/name')).record).toMatchObject({ revision: commit('b') });
  });
});
