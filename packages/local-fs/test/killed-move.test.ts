import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSnapshot, sampleFile, sampleId, sampleRecord } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../src/relocation/journal.ts';
import { directoryElsewhere, noOtherDevice } from './other-device.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';
import { treeOf } from './tree-of.ts';

const STRACE = '/usr/bin/strace';
const MOVER = ['--conditions=@ilab/source', fileURLToPath(new URL('./mover.ts', import.meta.url))];
const noStrace = process.platform !== 'linux' || !existsSync(STRACE) ? 'strace is not installed' : undefined;
const full = process.env['ILAB_TEST_FULL'] === '1';
/** Calls that change what is on disk: all of them at every point, or some at a few. */
const CALLS = full ? ['write', 'fsync', 'rename', 'link', 'symlink', 'unlink', 'rmdir', 'mkdir', 'utimensat', 'fchmodat'] : ['rename', 'unlink'];
const STEP = full ? 1 : 9;

/** A small store with what moves differently: shared files, names, links. */
async function smallStore() {
  const store = temporaryStore();
  const id = sampleId();
  await addSnapshot(store, { id, files: [sampleFile('model.gguf', 'w'.repeat(1_200_000)), sampleFile('config.json')] });
  await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  const snapshot = await store.cache.snapshot(id, {});
  mkdirSync(join(store.models, 'org'));
  linkSync(join(snapshot?.path ?? '', 'model.gguf'), join(store.models, 'org/model.gguf'));
  symlinkSync(snapshot?.path ?? '', join(store.models, 'org/absolute'));
  writeFileSync(join(store.models, 'org/config.json'), '{}');
  return store;
}

/** Runs the move and kills it right after its nth call of a kind. @returns whether it got that far */
function killAt(call: string, count: number, move: readonly string[]): boolean {
  // One thread for the disk, so that calls are counted together.
  const trace = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${count}`];
  const { status, signal } = spawnSync(STRACE, [...trace, process.execPath, ...MOVER, ...move], { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  return signal === 'SIGKILL' || (status !== null && status > 128);
}

function moveOn(move: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [...MOVER, ...move], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const places = [
  ['rename', () => temporaryDirectory(), noStrace],
  ['copy', directoryElsewhere, noStrace ?? noOtherDevice],
] as const;

describe.each(places)('a move by %s that is killed', (_way, place, lacking) => {
  it.skipIf(lacking).each(CALLS)(`at a %s goes on and loses nothing${lacking === undefined ? '' : ` [${lacking}]`}`, { timeout: 600_000 }, async (call) => {
    for (let count = 1; count < 200; count += STEP) {
      const store = await smallStore();
      const to = join(place(), 'models');
      const before = treeOf(store.models);
      if (!killAt(call, count, [store.models, to])) break;
      // As the command does it: from the old place as long as it is there, or at the new one to finish.
      if (existsSync(store.models)) moveOn([store.models, to]);
      else if (readJournal(to)) moveOn([to, to]);
      expect(existsSync(store.models), `${call} ${count}: the old place`).toBe(false);
      const after = treeOf(to);
      for (const [path, what] of before) if (path !== 'org/absolute') expect(after.get(path), `${call} ${count}: ${path}`).toEqual(what);
      expect(
        [...after.keys()].filter((path) => !before.has(path)),
        `${call} ${count}`,
      ).toEqual([]);
      expect(statSync(join(to, 'org/absolute')).isDirectory()).toBe(true);
      expect(readJournal(to)).toBeUndefined();
    }
  });
});
