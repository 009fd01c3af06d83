import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, type Model, type Snapshot, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrivedBytes, createWorkspace, type Running, root, startIlab, storeOf, type Workspace, wrongFiles } from '../src/index.ts';

const MIB = 1024 * 1024;
const PROCESSES = 16;
const FULL = process.env['ILAB_TEST_FULL'] === '1';
const UNTRUSTED = { preload: pathToFileURL(join(root, 'tools/e2e/src/untrusted-locks.mjs')).href };

type Downloaded = { readonly path: string; readonly fetched: number; readonly bytes: number };

let hub: Hub;
let workspace: Workspace;
const running: Running[] = [];

beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(async () => {
  for (const { child } of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await hub.close();
  await workspace.remove();
});

async function serve(models: Readonly<Record<string, Snapshot>>, bytesPerSecond: number): Promise<void> {
  const list: Model[] = Object.entries(models).map(([repository, snapshot]) => ({ repository, versions: new Map([['v1', snapshot]]) }));
  hub = await startHub({ models: list, bytesPerSecond });
}

function download(repository: string, { json = true, ...options }: { readonly json?: boolean; readonly preload?: string } = {}): Running {
  const started = startIlab(workspace, ['model', 'download', `${hub.host}/${repository}:v1`, ...(json ? ['--json'] : [])], options);
  running.push(started);
  return started;
}

async function result({ ended }: Running): Promise<Downloaded> {
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  return (JSON.parse(stdout) as { result: [Downloaded] }).result[0];
}

/** A big model in three files, so that several are under way at once. */
function bigModel(mebibytes: number): Snapshot {
  const part = (share: number): Buffer => randomBytes(Math.round(mebibytes * share * MIB));
  return snapshotOf({ 'config.json': '{"model_type": "llama"}', 'a.safetensors': part(0.5), 'b.safetensors': part(0.3), 'c.safetensors': part(0.2) });
}

function sizeOf({ files }: Snapshot): number {
  return [...files.values()].reduce((sum, { size }) => sum + size, 0);
}

/** What a process leaves behind only when it is killed. */
function leftovers(): readonly string[] {
  const below = (folder: string): readonly string[] => {
    const path = join(storeOf(workspace), '.store', folder);
    return existsSync(path) ? readdirSync(path).filter((name) => name !== '.guard') : [];
  };
  return ['ingest', 'locks', 'leases', 'trash'].flatMap(below);
}

// Starting so many takes a busy machine a while.
describe('sixteen processes at once', { timeout: 600_000 }, () => {
  it('fetch every byte of one model once', async () => {
    const model = bigModel(30);
    await serve({ 'acme/big': model }, 10 * MIB);
    const results = await Promise.all(Array.from({ length: PROCESSES }, () => download('acme/big')).map(result));
    expect(hub.meter.served() / sizeOf(model)).toBeLessThanOrEqual(1.02);
    expect(new Set(results.map(({ path }) => path)).size).toBe(1);
    expect(wrongFiles(results[0]?.path ?? '', model)).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('fetch what their different models share once', async () => {
    const shared = { 'a.safetensors': randomBytes(8 * MIB), 'b.safetensors': randomBytes(4 * MIB) };
    const models = Object.fromEntries(
      Array.from(
        { length: PROCESSES },
        (_, number) =>
          [`acme/m${number}`, snapshotOf({ 'config.json': `{"model_type": "m${number}"}`, ...shared, 'own.safetensors': randomBytes(8 * MIB) })] as const,
      ),
    );
    await serve(models, 40 * MIB);
    const results = await Promise.all(Object.keys(models).map(async (name) => ({ name, ...(await result(download(name))) })));
    for (const name of ['a.safetensors', 'b.safetensors']) {
      const blob = models['acme/m0']?.files.get(name);
      expect(hub.meter.served(blob?.sha256) / (blob?.size ?? 0), name).toBeLessThanOrEqual(1.05);
    }
    expect(results.flatMap(({ name, path }) => wrongFiles(path, models[name] ?? { files: new Map(), commit: '' }))).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it.each([FULL ? 20 : 2])('store nothing wrong without any lock, in %i rounds', { timeout: 1_800_000 }, async (rounds) => {
    const model = bigModel(6);
    await serve({ 'acme/big': model }, 100 * MIB);
    for (let round = 0; round < rounds; round++) {
      const results = await Promise.all(Array.from({ length: PROCESSES }, () => download('acme/big', UNTRUSTED)).map(result));
      expect(wrongFiles(results[0]?.path ?? '', model), `round ${round}`).toEqual([]);
      expect(leftovers(), `round ${round}`).toEqual([]);
      await workspace.remove();
      workspace = await createWorkspace();
    }
    expect(hub.meter.served() / (rounds * sizeOf(model)), 'the locks were there after all').toBeGreaterThan(1.5);
  });
});

describe('a removal', () => {
  it('refuses what another process downloads, and says who does', async () => {
    const model = bigModel(24);
    await serve({ 'acme/big': model }, 6 * MIB);
    const holder = download('acme/big');
    while (hub.meter.served() < 4 * MIB) await sleep(20);
    // It still downloads when the other one has started, however long that takes.
    holder.child.kill('SIGSTOP');
    const { code, stderr } = await workspace.ilab(['model', 'remove', `${hub.host}/acme/big:v1`, '--yes']);
    holder.child.kill('SIGCONT');
    expect({ code, stderr }).toEqual({ code: 10, stderr: expect.stringContaining(`process ${holder.pid} (run.js model download ${hub.host}/acme/big:v1)`) });
    expect(wrongFiles((await result(holder)).path, model)).toEqual([]);
  });

  it('refuses where locks can’t be trusted, and says what to do', async () => {
    await serve({ 'acme/small': snapshotOf({ 'model.gguf': randomBytes(1000) }) }, 100 * MIB);
    const { path } = await result(download('acme/small', UNTRUSTED));
    const removal = startIlab(workspace, ['model', 'remove', `${hub.host}/acme/small:v1`, '--yes'], UNTRUSTED);
    const { code, stderr } = await removal.ended;
    expect({ code, stderr }).toEqual({ code: 8, stderr: expect.stringMatching(/NFS.*delete that path yourself/s) });
    expect(existsSync(path)).toBe(true);
    expect((await workspace.ilab(['model', 'remove', `${hub.host}/acme/small:v1`, '--yes'])).code).toBe(0);
  });
});

describe('a process that waits for another', () => {
  const model = snapshotOf({ 'config.json': '{"model_type": "llama"}', 'model.safetensors': randomBytes(48 * MIB) });
  const size = sizeOf(model);

  /** One that fetches, and is stopped, and one that has said that it waits for it. */
  async function holderAndWaiter(bytesPerSecond: number): Promise<{ readonly holder: Running; readonly waiter: Running }> {
    await serve({ 'acme/big': model }, bytesPerSecond);
    const holder = download('acme/big');
    while (hub.meter.served() < size / 4) await sleep(20);
    holder.child.kill('SIGSTOP');
    const waiter = download('acme/big', { json: false });
    await waiter.says(`waiting for process ${holder.pid} (`);
    expect(waiter.stderr()).toMatch(/since \d{4}-\d\d-\d\dT/);
    return { holder, waiter };
  }

  it('goes on from the bytes of one that is killed', async () => {
    const { holder, waiter } = await holderAndWaiter(5 * MIB);
    holder.child.kill('SIGCONT');
    // The journal is a quarter of a second behind; at this speed that is little.
    while (hub.meter.served() < size * 0.75) await sleep(5);
    holder.child.kill('SIGKILL');
    await holder.ended;
    const arrived = arrivedBytes(storeOf(workspace));
    hub.meter.reset();
    const { code, stdout } = await waiter.ended;
    expect(code).toBe(0);
    const kept = size - hub.meter.served();
    expect(arrived).toBeGreaterThan(size / 2);
    expect(kept / arrived).toBeGreaterThanOrEqual(0.95);
    expect(wrongFiles(stdout.trim(), model)).toEqual([]);
    // Its lease is void, and goes when somebody asks.
    expect(leftovers().filter((name) => !name.includes(`-${holder.pid}-`))).toEqual([]);
    expect((await workspace.ilab(['model', 'remove', `${hub.host}/acme/big:v1`, '--yes'])).code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  it('never writes beside one that is stopped, and ends by Ctrl-C', async () => {
    const { holder, waiter } = await holderAndWaiter(16 * MIB);
    await sleep(1500);
    const parts = readdirSync(join(storeOf(workspace), '.store/ingest')).filter((name) => !name.includes('.journal'));
    expect(parts.map((name) => name.split('-')[3])).toEqual([String(holder.pid)]);
    expect(waiter.child.exitCode).toBeNull();
    waiter.child.kill('SIGINT');
    expect(await waiter.ended).toMatchObject({ code: 130 });
    holder.child.kill('SIGCONT');
    expect(wrongFiles((await result(holder)).path, model)).toEqual([]);
    // Not twice: connections that were silent for as long as it stood still may be given up, with what was on its way.
    expect(hub.meter.served() / size).toBeLessThan(1.5);
  });
});
