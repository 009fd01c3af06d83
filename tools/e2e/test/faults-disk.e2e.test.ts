import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBeDoneWithout, isToldBySqlite } from '../src/faults/calls-of-a-download.ts';
import { bytesHeld, checkStore } from '../src/faults/check-store.ts';
import { withoutTmpfs } from '../src/faults/loop-disk.ts';
import { createMachine, giveAway, type Machine, removeMachine, runCli, withoutPermissions } from '../src/faults/machine.ts';
import { generateContents } from '../src/faults/metered-model.ts';
import { createScene, full, repeated, type Scene, tell } from '../src/faults/scene.ts';
import { type Point, runTraced, type TracedCall, withoutStrace } from '../src/faults/traced-run.ts';
import { lacking, mustRun } from '../src/index.ts';

const SIZE = 20_000_000;
const POINTS = full ? 30 : 2;
const WITHOUT_STRACE = await withoutStrace();
const WITHOUT_TMPFS = await withoutTmpfs();
const HOUR = 3_600_000;
const WRITES = /^(?:p?writev?2?|pwrite64)$/;
const MAKES = /^(?:mkdir|rename|openat|p?writev?2?|pwrite64)(?:at2?)?$/;

/** Errors of a disk, and the calls that meet them. */
const ERRORS = [
  { errno: 'ENOSPC', calls: MAKES, code: 'E_NO_SPACE' },
  { errno: 'EDQUOT', calls: MAKES, code: 'E_NO_SPACE' },
  { errno: 'EFBIG', calls: WRITES, code: 'E_NO_SPACE' },
  { errno: 'EIO', calls: WRITES, code: 'E_STORE' },
  { errno: 'EIO', calls: /sync$/, code: 'E_STORE' },
  { errno: 'EROFS', calls: /^(?:mkdir|rename|openat)(?:at2?)?$/, code: 'E_STORE' },
  { errno: 'EACCES', calls: /^(?:mkdir|rename|openat)(?:at2?)?$/, code: 'E_STORE' },
  { errno: 'EMFILE', calls: /^openat2?$/, code: 'E_STORE' },
] as const;

let scene: Scene;
beforeAll(async () => {
  scene = await createScene(generateContents(SIZE, 'disk'));
});
afterAll(() => scene.close());

const download = (): readonly string[] => ['model', 'download', scene.reference, '--json'];

/** `named`: the name may be there, whole, and only its sync failed. After the fault is lifted: the store was sound, the next download succeeds, and what was on disk is not fetched again. */
async function expectResumed(
  machine: Machine,
  where: string,
  { kept = true, named = false }: { readonly kept?: boolean; readonly named?: boolean } = {},
): Promise<void> {
  const { problems, names } = await checkStore(machine.store);
  expect({ problems, names: named ? [] : names }, where).toEqual({ problems: [], names: [] });
  const missing = scene.size - (await bytesHeld(machine.store));
  scene.meter.reset();
  const { code, stdout } = await runCli(machine, download());
  expect(code, `${where}: ${stdout}`).toBe(0);
  const after = await checkStore(machine.store, { settled: true });
  expect({ problems: after.problems, names: after.names.length }, where).toEqual({ problems: [], names: 1 });
  if (kept) expect(scene.meter.served - missing, where).toBeLessThanOrEqual(scene.allowance);
}

type Failure = { readonly error: { readonly code: string; readonly message: string; readonly hint?: string; readonly details?: object } };

describe(`one failing call${WITHOUT_STRACE ? ` (skipped: ${WITHOUT_STRACE})` : ''}`, () => {
  let calls: readonly TracedCall[] = [];
  beforeAll(async () => {
    if (WITHOUT_STRACE) return;
    const machine = await createMachine();
    const traced = await runTraced(machine, download());
    calls = traced.calls.filter(({ text }) => text.includes(machine.store));
    await removeMachine(machine);
  });

  it.skipIf(WITHOUT_STRACE).each(ERRORS)(
    '$errno of $calls: the code and the path are told, nothing partial is seen, and the next download goes on',
    async ({ errno, calls: affected, code: expected }) => {
      const opens = ({ call, text }: TracedCall): boolean => errno === 'EMFILE' || call !== 'openat' || text.includes('O_CREAT');
      const points = calls.filter((call) => affected.test(call.call) && opens(call) && !canBeDoneWithout(call));
      const seen = { points: 0, failed: 0, doneWithout: 0 };
      // Calls of the network and of Node itself move the count a little, so some miss the store.
      for (const point of repeated(points, Math.ceil(POINTS * 1.3))) {
        if (seen.points === POINTS) break;
        const machine = await createMachine();
        const outcome = await failAt(machine, point, errno);
        const hit = outcome.calls.find(({ text }) => text.includes('(INJECTED)'));
        const where = `${errno} at ${hit?.text ?? 'no call'}`;
        if (hit?.text.includes(machine.store)) {
          seen.points++;
          if (outcome.code === 0) {
            expect(canBeDoneWithout(hit), where).toBe(true);
            seen.doneWithout++;
            expect(await checkStore(machine.store), where).toMatchObject({ problems: [], names: [expect.any(String)] });
          } else {
            const { error } = JSON.parse(outcome.stdout) as Failure;
            expect({ exit: outcome.code, code: error.code }, `${where}: ${error.message}`).toEqual({
              exit: 8,
              code: isToldBySqlite(hit) ? expect.any(String) : expected,
            });
            expect(error.message, where).toContain(machine.store);
            expect(error.hint, where).toEqual(expect.stringMatching(/\w/));
            seen.failed++;
            await expectResumed(machine, where, { kept: !hit.call.includes('sync'), named: hit.text.includes('.versions>') });
          }
        }
        await removeMachine(machine);
      }
      expect(seen.points).toBeGreaterThan(0);
      tell(`${errno} of ${String(affected)}`, seen);
    },
    HOUR,
  );

  const failAt = (machine: Machine, { thread, call, at }: Point, errno: string) =>
    runTraced(machine, download(), { thread, call, fault: `error=${errno}:when=${at}` });

  it.skipIf(WITHOUT_STRACE)(
    'a sync of bytes: they are not taken for kept, but fetched again',
    async () => {
      let found = 0;
      // Which of the calls it is differs from run to run.
      for (const sync of calls.filter(({ call }) => call === 'fsync')) {
        const machine = await createMachine();
        const { code, calls: made } = await failAt(machine, sync, 'EIO');
        const failed = made.find(({ text }) => text.includes('(INJECTED)'));
        const partial = /<([^>]+\/ingest\/sha256-[^>]+)>/.exec(failed?.text ?? '')?.[1];
        if (partial !== undefined) {
          found++;
          expect(code).toBe(8);
          expect(existsSync(partial)).toBe(false);
          await expectResumed(machine, 'a failed sync', { kept: false });
        }
        await removeMachine(machine);
        if (found > 0 && !full) break;
      }
      expect(found).toBeGreaterThan(0);
    },
    HOUR,
  );
});

describe(`a disk of its own${WITHOUT_TMPFS ? ` (skipped: ${WITHOUT_TMPFS})` : ''}`, () => {
  /** A machine whose store is on a small file system in memory. */
  async function withTmpfs(size: number, action: (machine: Machine, mounted: string) => Promise<void>): Promise<void> {
    const outer = await createMachine();
    const mounted = join(outer.directory, 'disk');
    await mkdir(mounted);
    await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', mounted], { env: process.env });
    const store = join(mounted, 'models');
    await mkdir(store);
    await giveAway(store);
    const machine = await createMachine({ store });
    try {
      await action(machine, mounted);
    } finally {
      await mustRun('umount', [mounted], { env: process.env });
      await removeMachine(machine);
      await removeMachine(outer);
    }
  }

  it.skipIf(WITHOUT_TMPFS)('that is too small: said before the first byte, with what is needed and what is free', () =>
    withTmpfs(SIZE / 2, async (machine) => {
      scene.meter.reset();
      const { code, stdout } = await runCli(machine, download());
      const { error } = JSON.parse(stdout) as Failure;
      expect({ code, error: error.code, served: scene.meter.served }).toEqual({ code: 8, error: 'E_NO_SPACE', served: 0 });
      expect(error.message).toMatch(/needs [\d.]+ MB, and \S+ has [\d.]+ MB free/);
      expect(error.details).toMatchObject({ needed: scene.size, available: expect.any(Number) });
      expect(error.message).toContain(machine.store);
    }),
  );

  it.skipIf(WITHOUT_TMPFS)('that others fill meanwhile: the partial bytes stay, and the next download goes on from them', () =>
    withTmpfs(SIZE * 1.2, async (machine, mounted) => {
      scene.meter.reset();
      const filler = join(mounted, 'filler');
      const started = scene.meter.reached(SIZE / 10).then(() => writeFile(filler, Buffer.alloc(SIZE * 0.8)).catch(() => undefined));
      const { code, stdout } = await runCli(machine, download());
      await started;
      const { error } = JSON.parse(stdout) as Failure;
      expect({ code, error: error.code }, error.message).toEqual({ code: 8, error: 'E_NO_SPACE' });
      expect(error.message).toContain(machine.store);
      expect(error.message).toMatch(/: [\d.]+ MB more are needed/);
      expect(await bytesHeld(machine.store)).toBeGreaterThan(0);
      await rm(filler, { force: true });
      await expectResumed(machine, 'a full disk');
    }),
  );

  it.skipIf(WITHOUT_TMPFS)('that is read-only', () =>
    withTmpfs(SIZE * 2, async (machine, mounted) => {
      await mustRun('mount', ['-o', 'remount,ro', mounted], { env: process.env });
      const { code, stdout } = await runCli(machine, download());
      const { error } = JSON.parse(stdout) as Failure;
      expect({ code, error: error.code }).toEqual({ code: 8, error: 'E_STORE' });
      expect(error.message).toContain(machine.store);
      expect(error.message).toContain('read-only');
      await mustRun('mount', ['-o', 'remount,rw', mounted], { env: process.env });
      await expectResumed(machine, 'a read-only disk');
    }),
  );
});

const WITHOUT_PRLIMIT = lacking('prlimit');

describe(`a limit of the process${WITHOUT_PRLIMIT ? ` (skipped: ${WITHOUT_PRLIMIT})` : ''}`, () => {
  it.skipIf(WITHOUT_PRLIMIT)('on the size of files: the partial bytes stay', async () => {
    const machine = await createMachine({ wrapper: ['prlimit', '--fsize=5000000'] });
    const { code, stdout } = await runCli(machine, download());
    const { error } = JSON.parse(stdout) as Failure;
    expect({ code, error: error.code }, error.message).toEqual({ code: 8, error: 'E_NO_SPACE' });
    expect(error.message).toContain(machine.store);
    await expectResumed({ ...machine, wrapper: [] }, 'a limit on files');
    await removeMachine(machine);
  });

  it.skipIf(WITHOUT_PRLIMIT)(
    'on open files: it ends with a reason, or does without',
    async () => {
      for (const most of full ? Array.from({ length: 30 }, (_, index) => 24 + index) : [28, 34, 36]) {
        const machine = await createMachine({ wrapper: ['prlimit', `--nofile=${most}`] });
        const { code, stdout, stderr } = await runCli(machine, download());
        if (code !== 0) {
          expect(stdout + stderr, `${most} files`).toMatch(/EMFILE|too many open files|unable to open/i);
          await expectResumed({ ...machine, wrapper: [] }, `${most} files`);
        }
        await removeMachine(machine);
      }
    },
    HOUR,
  );
});

describe(`a directory that may not be used${withoutPermissions ? ` (skipped: ${withoutPermissions})` : ''}`, () => {
  it.skipIf(withoutPermissions).each(['models', 'host', 'repository'] as const)('%s: the path that forbids is named', async (which) => {
    const machine = await createMachine();
    const host = join(machine.store, scene.host.replace(':', '%3A'));
    const path = { models: machine.store, host, repository: join(host, 'acme', 'model') }[which];
    await mkdir(path, { recursive: true });
    for (let made = path; made !== dirname(machine.store); made = dirname(made)) await giveAway(made);
    await chmod(path, 0o500);
    const { code, stdout } = await runCli(machine, download());
    const { error } = JSON.parse(stdout) as Failure;
    expect({ code, error: error.code }, error.message).toEqual({ code: 8, error: 'E_STORE' });
    expect(error.message).toContain(path);
    await chmod(path, 0o755);
    await expectResumed(machine, path);
    await removeMachine(machine);
  });
});
