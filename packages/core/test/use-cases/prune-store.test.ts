import { beforeEach, describe, expect, it } from 'vitest';
import { type Leftover, planPrune, type PrunePlan, type PruneRequest, pruneStore, type PruneDeps } from '../../src/index.ts';
import { manifests } from '../manifests.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot, STORE, taken } from '../fakes/index.ts';

const DAY = 24 * 60 * 60 * 1000;
const id = { source: 'hf', host: 'huggingface.co', repository: 'org/name' };
const reference = (letter: string): string => `huggingface.co/org/name:${commit(letter)}`;

let fakes: Fakes;
let now: number;
let deps: PruneDeps;
beforeEach(async () => {
  fakes = createFakes();
  now = Date.parse(NOW);
  // `main` moves from a over b to c, a day apart.
  const { deps: made } = fakes;
  const { cache, housekeeper, logger } = made;
  deps = { cache, housekeeper, logger, manifests, clock: { now: () => new Date(now) } };
  for (const letter of ['a', 'b', 'c']) {
    hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ revision: commit(letter), files: { 'm.gguf': letter } }) });
    await download({ ...fakes, deps: { ...made, clock: deps.clock } }, 'org/name:main');
    now += DAY;
  }
  taken(fakes);
});

function plan(request: PruneRequest = {}): Promise<PrunePlan> {
  return planPrune(deps, request, {});
}

/** The plan's snapshots, by their letter, `days` after the last move. */
async function going(days: number, request: PruneRequest = {}): Promise<string> {
  now = Date.parse(NOW) + 2 * DAY + days * DAY;
  return (await plan(request)).snapshots.map(({ id: { revision } }) => revision[0]).join('');
}

describe('planPrune', () => {
  it('takes what no name has pointed to for 30 days, counted from when the name left', async () => {
    // The name left a at one day, b at two.
    expect(await going(28.9)).toBe('');
    expect(await going(29)).toBe('a');
    expect(await going(30)).toBe('ba');
    expect(await going(10_000)).toBe('ba');
    expect(taken(fakes)).toEqual([]);
  });

  it('says what, since when and how much comes back', async () => {
    now += 29 * DAY;
    const snapshot = { reference: reference('a'), id: { ...id, revision: commit('a') }, path: `${STORE}/huggingface.co/org/name/@${commit('a')}` };
    expect(await plan()).toMatchObject({ snapshots: [{}, { ...snapshot, since: new Date(Date.parse(NOW) + DAY).toISOString() }], bytes: 2, kept: [] });
  });

  it('takes younger ones when told, and keeps the youngest when told', async () => {
    expect(await going(0, { olderThan: 0 })).toBe('ba');
    expect(await going(0, { olderThan: DAY })).toBe('a');
    expect(await going(100, { keep: 1 })).toBe('a');
    expect(await going(100, { keep: 5 })).toBe('');
  });

  it('takes a revision that never had a name by the time of its last file', async () => {
    await fakes.deps.metadata.removeVersion(id, 'main', {});
    expect(await going(28)).toBe('a');
    expect(await going(30)).toBe('cba');
  });

  it('is not fooled by a clock that went back', async () => {
    expect(await going(-10_000)).toBe('');
  });

  it('leaves what is in use, and says so', async () => {
    fakes.state.inUse.add(commit('a'));
    expect(await going(100)).toBe('b');
    expect((await plan()).kept).toEqual([{ name: reference('a'), reason: 'it is in use' }]);
    expect(fakes.warnings).toContain(`${reference('a')} is kept: it is in use.`);
  });

  it('takes nothing of a repository in which something can’t be read, and says so', async () => {
    deps = withUnreadable(deps);
    expect(await going(100)).toBe('');
    expect((await plan()).kept).toEqual([{ name: 'huggingface.co/org/name', reason: expect.stringContaining('v1.json can’t be read') }]);
  });

  it('takes nothing of a read-only store', async () => {
    const [own] = await Array.fromAsync(fakes.deps.cache.items({}));
    if (own?.kind !== 'repository') throw new Error('nothing is tracked');
    fakes.state.snapshots.clear();
    fakes.state.others.push({ ...own, tier: 'extra' });
    expect(await going(100)).toBe('');
  });

  it('takes partial downloads after 7 days, and trash at once', async () => {
    const partial = (days: number): Leftover => ({ kind: 'partial', path: `/ingest/${days}`, modified: new Date(now - days * DAY).toISOString() });
    const trash: Leftover = { kind: 'trash', path: '/trash/x', modified: new Date(now).toISOString() };
    fakes.leftovers.push(partial(6.9), partial(7), trash);
    expect((await plan()).leftovers.map(({ path }) => path)).toEqual(['/ingest/7', '/trash/x']);
    expect((await plan({ olderThan: 8 * DAY })).leftovers.map(({ path }) => path)).toEqual(['/trash/x']);
  });
});

describe('pruneStore', () => {
  it('removes exactly what was planned', async () => {
    now += 100 * DAY;
    fakes.leftovers.push({ kind: 'trash', path: '/trash/x', modified: NOW });
    const planned = await plan();
    expect(await pruneStore(deps, planned, {})).toEqual({ removed: [reference('b'), reference('a'), '/trash/x'], kept: [], bytes: 3 });
    expect(taken(fakes)).toEqual([`remove ${commit('b')}`, `remove ${commit('a')}`, 'remove /trash/x']);
  });

  it('leaves what got a name, came into use or went away since', async () => {
    now += 100 * DAY;
    const planned = await plan({ olderThan: 0 });
    await fakes.deps.metadata.moveVersion(id, { name: 'again', kind: 'tag', revision: commit('a'), selectors: [], checked: NOW, moved: [] }, {});
    fakes.state.inUse.add(commit('b'));
    taken(fakes);
    expect(await pruneStore(deps, planned, {})).toEqual({
      removed: [],
      kept: [
        { name: reference('b'), reason: 'it is in use' },
        { name: reference('a'), reason: 'the version again points to it' },
      ],
      bytes: 0,
    });
    expect(taken(fakes)).toEqual([]);
    expect(fakes.warnings).toHaveLength(2);
  });

  it('removes nothing once something can’t be read', async () => {
    now += 100 * DAY;
    const planned = await plan();
    expect(await pruneStore(withUnreadable(deps), planned, {})).toMatchObject({ removed: [], bytes: 0 });
    expect(taken(fakes)).toEqual([]);
  });
});

function withUnreadable(given: PruneDeps): PruneDeps {
  const { cache } = given;
  return {
    ...given,
    cache: {
      ...cache,
      async *items(options) {
        for await (const item of cache.items(options)) yield item.kind === 'repository' ? { ...item, unreadable: [`${item.path}/.versions/v1.json`] } : item;
      },
    },
  };
}
