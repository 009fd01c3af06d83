import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, type Model, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CLI, createWorkspace, storeOf, type Workspace } from '../src/index.ts';

/** What a user sees of `ilab model prune`, and of what the list says that everything takes. */
const WEIGHTS = 'weights '.repeat(10_000);
const models = (latest: string): readonly Model[] => [
  {
    repository: 'acme/model',
    versions: new Map([['main', snapshotOf({ 'config.json': '{}', 'a.safetensors': WEIGHTS, 'b.safetensors': latest.repeat(50_000) })]]),
  },
];

let workspace: Workspace;
let hub: Hub;
let paths: readonly string[];
/** `main` moves twice, so that two snapshots have lost their name. */
beforeEach(async () => {
  workspace = await createWorkspace();
  hub = await startHub({ models: models('1') });
  const port = Number(new URL(hub.url).port);
  const found: string[] = [];
  for (const latest of ['1', '2', '3']) {
    await hub.close();
    hub = await startHub({ models: models(latest), port });
    found.push((await workspace.ilab(['model', 'download', `${hub.host}/acme/model:main`])).stdout.trim());
  }
  paths = found;
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

type Pruned = {
  readonly snapshots: { path: string }[];
  readonly leftovers: unknown[];
  readonly kept: unknown[];
  readonly bytes: number;
  readonly removed: string[];
};

async function prune(...args: string[]): Promise<{ readonly code: number | null; readonly result: Pruned; readonly warnings: string[] }> {
  const { code, stdout } = await workspace.ilab(['model', 'prune', '--json', ...args]);
  return { code, ...(JSON.parse(stdout) as { result: Pruned; warnings: string[] }) };
}

async function areThere(): Promise<readonly boolean[]> {
  return Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
}

it('takes nothing that is young, and says so', async () => {
  expect(await workspace.ilab(['model', 'prune'])).toMatchObject({ code: 0, stdout: 'There is nothing to remove.\n' });
});

it('says what would go, asks, and removes nothing without an answer', async () => {
  const { stdout } = await workspace.ilab(['model', 'prune', '--older-than', '0s', '--dry-run']);
  expect(stdout).toMatch(/^WHAT +NAME +SINCE\n(?:snapshot without a name .*\n){2}Would remove 2 snapshots \(10\d kB come back\)\.\n$/);
  expect(await workspace.ilab(['model', 'prune', '--older-than', '0s'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Say --yes') });
  expect(await areThere()).toEqual([true, true, true]);
});

it('removes what lost its name, and gives back as many bytes as it said', async () => {
  const planned = await prune('--older-than', '0s', '--dry-run');
  const { code, result } = await prune('--older-than', '0s', '--yes');
  expect({ code, bytes: result.bytes, removed: result.removed.length }).toEqual({ code: 0, bytes: planned.result.bytes, removed: 2 });
  expect(result.bytes).toBeGreaterThanOrEqual(100_000);
  expect(await areThere()).toEqual([false, false, true]);
  expect(await workspace.ilab(['model', 'verify', '--all'])).toMatchObject({ code: 0 });
});

it('keeps the youngest that lost their name', async () => {
  await prune('--older-than', '0s', '--keep', '1', '--yes');
  expect(await areThere()).toEqual([false, true, true]);
});

it('removes nothing of a repository with a record that can’t be read, and says why', async () => {
  const torn = join(paths[0] ?? '', '..', '.versions', 'v1.json');
  await writeFile(torn, '{');
  const { code, result, warnings } = await prune('--older-than', '0s', '--yes');
  expect({ code, removed: result.removed, kept: result.kept.length }).toEqual({ code: 0, removed: [], kept: 1 });
  expect(warnings).toEqual([expect.stringContaining('v1.json can’t be read')]);
  expect(await areThere()).toEqual([true, true, true]);
  await rm(torn);
  expect((await prune('--older-than', '0s', '--yes')).result.removed).toHaveLength(2);
});

it('takes away what interrupted removals left', async () => {
  const trash = join(storeOf(workspace), '.store', 'trash');
  await mkdir(join(trash, 'half'), { recursive: true });
  await writeFile(join(trash, 'half', 'model.gguf'), 'x'.repeat(1000));
  expect((await prune('--yes')).result).toMatchObject({ leftovers: [{ kind: 'trash' }], bytes: 1000 });
  expect(await readdir(trash)).toEqual([]);
});

it('leaves a download alone that is under way, and takes what is left of it once it was killed', async () => {
  const port = Number(new URL(hub.url).port);
  await hub.close();
  hub = await startHub({ models: models('4'), port });
  hub.faults.add({ on: '/blobs/', kind: 'stall', at: 20_000, times: 100 });
  const child = spawn(process.execPath, [CLI, 'model', 'download', `${hub.host}/acme/model:main`], { env: workspace.env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const ingest = join(storeOf(workspace), '.store', 'ingest');
  const parts = async () => (await readdir(ingest).catch(() => [])).length;
  while ((await parts()) === 0) await sleep(50);
  expect((await prune('--older-than', '0s', '--dry-run')).result.leftovers).toEqual([]);
  child.kill('SIGKILL');
  await ended;
  const { result } = await prune('--older-than', '0s', '--yes');
  expect(result.leftovers.length).toBeGreaterThan(0);
  expect(await parts()).toBe(0);
  expect(await areThere()).toEqual([false, false, true]);
});

it('takes nothing for an age that is none', async () => {
  for (const age of ['30', 'd', '-1d', '1y'])
    expect([age, await workspace.ilab(['model', 'prune', '--older-than', age])]).toEqual([age, expect.objectContaining({ code: 2 })]);
});

it('lists what everything takes together, and of one model what is its own', async () => {
  const { stdout } = await workspace.ilab(['model', 'list', '--json']);
  const { disk, models: rows } = (JSON.parse(stdout) as { result: { disk: Record<string, number>; models: { size: number; uniqueSize: number }[] } }).result;
  const each = WEIGHTS.length + 2;
  expect(disk['size']).toBe((disk['unique'] ?? 0) + (disk['shared'] ?? 0));
  // Three snapshots share all but their own 50 kB, by hard link or, on some file systems, by reflink.
  expect((disk['size'] ?? 0) - (disk['repeated'] ?? 0)).toBe(3 * 50_000 + each);
  expect(rows).toHaveLength(3);
  const shown = await workspace.ilab(['model', 'list']);
  expect(shown.stdout).toMatch(/\n\nTotal on disk: \d+ kB.*\n$/);
  expect((await workspace.ilab(['model', 'inspect', 'model:main'])).stdout).toMatch(/^Size +130 kB \(\d+(?:\.\d)? kB unique, \d+(?:\.\d)? k?B shared\)$/m);
});
