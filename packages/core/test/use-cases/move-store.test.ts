import { expect, it } from 'vitest';
import { IlabError, type MoveDeps, type MovePlan, moveStore, nullProgress } from '../../src/index.ts';

const plan: MovePlan = { from: '/old', to: '/new', way: 'copy', files: 2, bytes: 10, needed: 10, available: 10, resumes: false };

function fakes(given: Partial<Record<'bring' | 'pointTo' | 'leave', Error>> = {}, damaged: readonly string[] = []) {
  const log: string[] = [];
  const step = async <T>(name: 'bring' | 'pointTo' | 'leave', value: T): Promise<T> => {
    log.push(name);
    if (given[name]) throw given[name];
    return value;
  };
  const deps: MoveDeps = {
    relocation: {
      plan: () => Promise.resolve(plan),
      bring: () => step('bring', { damaged }),
      leave: () => step('leave', { left: ['late'] }),
    },
    setting: { pointTo: (directory) => step('pointTo', { changed: true, file: `points to ${directory}` }) },
    progress: nullProgress,
    logger: { warn: (message) => log.push(message), info() {}, debug() {} },
  };
  return { deps, log };
}

it('brings everything over, points there, and only then clears the old place', async () => {
  const { deps, log } = fakes();
  expect(await moveStore(deps, plan, {})).toEqual({
    from: '/old',
    to: '/new',
    way: 'copy',
    files: 2,
    bytes: 10,
    setting: { changed: true, file: 'points to /new' },
    left: ['late'],
    damaged: [],
  });
  expect(log).toEqual(['bring', 'pointTo', 'leave']);
});

it('starts nothing without room', async () => {
  const { deps, log } = fakes();
  await expect(moveStore(deps, { ...plan, available: 9 }, {})).rejects.toMatchObject({ code: 'E_NO_SPACE', details: { needed: 10, available: 9 } });
  expect(log).toEqual([]);
});

it.each(['bring', 'pointTo'] as const)('clears nothing when it fails to %s', async (name) => {
  const { deps, log } = fakes({ [name]: new IlabError('E_STORE', 'no') });
  await expect(moveStore(deps, plan, {})).rejects.toMatchObject({ code: 'E_STORE' });
  expect(log).not.toContain('leave');
});

it('tells what was damaged before', async () => {
  const { deps, log } = fakes({}, ['a.gguf']);
  await moveStore(deps, plan, {});
  expect(log.at(-1)).toContain('a.gguf');
});
