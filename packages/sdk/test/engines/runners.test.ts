import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createIlab, type Ilab } from '../../src/index.ts';
import { RUNNER, writePlugin } from './write-plugin.ts';

let home: string;
let ilab: Ilab;
beforeEach(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-runners-')));
  const thief = writePlugin(home, { name: '@you/thief', manifest: { runners: [{ ...RUNNER, runner: 'trl' }] } });
  const senseless = writePlugin(home, { name: '@you/senseless', manifest: { runners: [{ ...RUNNER, tasks: ['dance'] }] } });
  const plugins = [writePlugin(home, { name: '@you/coach', manifest: { runners: [RUNNER] } }), thief, senseless];
  ilab = await createIlab({ home, cwd: home, env: {}, plugins, dataDir: join(home, 'data') });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await ilab.close();
  rmSync(home, { recursive: true, force: true });
});

const states = async () => (await ilab.runners.list()).map(({ runner, state }) => [runner, state]);

it('are listed with their state, and made when they are installed', async () => {
  expect(await states()).toEqual([
    ['coach', 'incomplete'],
    ['trl', 'invalid'],
    ['', 'invalid'],
    ['trl', 'missing'],
    ['lm-eval', 'missing'],
    ['sdg-hub', 'missing'],
  ]);
  const told: unknown[] = [];
  await ilab.runners.install('coach', (event) => told.push(event));
  expect(told).toEqual([{ type: 'log', line: 'made' }]);
  expect((await states())[0]).toEqual(['coach', 'ready']);
  expect(existsSync(join(home, 'data', 'runners', 'coach', 'data'))).toBe(true);
});

it('count as not installed when making them failed, also where there was one', async () => {
  await ilab.runners.install('coach', () => undefined);
  vi.stubEnv('ILAB_TEST_FAIL', '1');
  await expect(ilab.runners.install('coach', () => undefined)).rejects.toThrow('no');
  expect((await states())[0]).toEqual(['coach', 'incomplete']);
});

it('work in a folder of their own, into an empty one', async () => {
  const output = join(home, 'out', 'first');
  const told: unknown[] = [];
  const done = await ilab.runners.run({ task: 'train', models: {}, parameters: {}, output }, (event) => told.push(event));
  expect(done).toEqual({ runner: 'coach', models: {}, artifacts: [], summary: { data: join(home, 'data', 'runners', 'coach', 'data') } });
  expect(told).toEqual([{ type: 'log', line: output }]);
  writeFileSync(join(output, 'left'), '');
  await expect(ilab.runners.run({ task: 'train', models: {}, parameters: {}, output }, () => undefined)).rejects.toMatchObject({ code: 'E_USAGE' });
});
