import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesHeld, checkStore } from '../src/faults/check-store.ts';
import { copyMachine, createMachine, type Machine, removeMachine, runCli } from '../src/faults/machine.ts';
import { generateContents } from '../src/faults/metered-model.ts';
import { createScene, forEachOn, full, type Scene, spread, tell } from '../src/faults/scene.ts';
import { type Point, runTraced, type TracedCall, withoutStrace } from '../src/faults/traced-run.ts';

const RANDOM_KILLS = full ? 200 : 6;
const AT_ONCE = 2;
const WITHOUT_STRACE = await withoutStrace();
const HOUR = 3_600_000;

/** What a killed command left: sound, and good to go on from. */
async function expectSound(machine: Machine, where: unknown): Promise<readonly string[]> {
  const { problems, names } = await checkStore(machine.store);
  expect(problems, JSON.stringify(where)).toEqual([]);
  return names;
}

/**
 * The next download of the same thing succeeds, and leaves everything as it should be.
 * @param other bytes of other models in the store
 * @returns bytes that the hub gave out although they were on disk
 */
async function goOn(machine: Machine, scene: Scene, where: unknown, other = 0): Promise<number> {
  const missing = scene.size - ((await bytesHeld(machine.store)) - other);
  scene.meter.reset();
  const { code, stderr } = await runCli(machine, ['model', 'download', scene.reference]);
  expect({ code, stderr: code === 0 ? '' : stderr }, JSON.stringify(where)).toEqual({ code: 0, stderr: '' });
  const { problems, names, whole } = await checkStore(machine.store, { settled: true });
  expect(problems, JSON.stringify(where)).toEqual([]);
  expect({ names: names.length, isWhole: whole.length >= 1 }).toEqual({ names: 1, isWhole: true });
  return Math.max(0, scene.meter.served - missing);
}

describe('a download that is killed anywhere', () => {
  let scenes: readonly Scene[];
  beforeAll(async () => {
    scenes = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => createScene(generateContents(40_000_000, `random ${index}`))));
  });
  afterAll(() => Promise.all(scenes.map((scene) => scene.close())));

  it(
    `${RANDOM_KILLS} times, evenly over its bytes: the store is sound, and the next one goes on`,
    async () => {
      const again: number[] = [];
      const shares = Array.from({ length: RANDOM_KILLS }, (_, index) => (index + Math.random()) / RANDOM_KILLS);
      await forEachOn(scenes, shares, async (scene, share) => {
        const machine = await createMachine();
        scene.meter.reset();
        await runCli(machine, ['model', 'download', scene.reference], { when: scene.meter.reached(share * scene.size), signal: 'SIGKILL' });
        await expectSound(machine, { share });
        const refetched = await goOn(machine, scene, { share });
        expect(refetched, `killed at ${share}`).toBeLessThanOrEqual(scene.allowance);
        again.push(refetched);
        await removeMachine(machine);
      });
      tell('random kills', { points: again.length, clean: again.length, size: scenes[0]?.size, ...summary(again) });
    },
    HOUR,
  );
});

describe(`a command that is killed at its system calls${WITHOUT_STRACE ? ` (skipped: ${WITHOUT_STRACE})` : ''}`, () => {
  const before: Machine[] = [];
  const scenes: Scene[] = [];
  let base: Machine;
  beforeAll(async () => {
    for (let index = 0; index < AT_ONCE; index++) scenes.push(await createScene(generateContents(20_000_000, `traced ${index}`)));
    base = await createMachine();
    before.push(base);
  });
  afterAll(async () => {
    await Promise.all([...scenes.map((scene) => scene.close()), ...before.map(removeMachine)]);
  });

  /** Every call of a run that touches the store. */
  async function pointsOf(machine: Machine, args: readonly string[]): Promise<readonly Point[]> {
    const { code, stderr, calls } = await runTraced(machine, args);
    expect(code, stderr).toBe(0);
    return calls.filter((call) => call.text.includes(machine.store) && (call.call !== 'openat' || call.text.includes('O_CREAT')));
  }

  /** A machine that has a name's old revision, and the hub where it has moved since. */
  async function moveName(index: number): Promise<{ readonly old: Machine; readonly scene: Scene }> {
    const scene = await createScene(generateContents(20_000_000, `old ${index}`));
    const old = await createMachine();
    before.push(old);
    expect(await runCli(old, ['model', 'download', scene.reference])).toMatchObject({ code: 0 });
    await scene.close();
    const moved = await createScene(generateContents(20_000_000, `new ${index}`), { port: Number(scene.host.split(':')[1]) });
    scenes.push(moved);
    return { old, scene: moved };
  }

  const killAt = (machine: Machine, args: readonly string[], { thread, call, at }: Point) =>
    runTraced(machine, args, { thread, call, fault: `signal=SIGKILL:when=${at}` });

  it.skipIf(WITHOUT_STRACE)(
    'a download: nothing unverified, nothing partial, and the next one goes on',
    async () => {
      const points = await pointsOf(base, ['model', 'download', scenes[0]?.reference ?? '']);
      const killed: TracedCall[] = [];
      const again: number[] = [];
      await forEachOn(scenes, spread(points, full ? points.length : 8), async (scene, point) => {
        const machine = await createMachine();
        const { signal, calls } = await killAt(machine, ['model', 'download', scene.reference], point);
        await expectSound(machine, point);
        const refetched = await goOn(machine, scene, point);
        expect(refetched, JSON.stringify(point)).toBeLessThanOrEqual(scene.allowance);
        if (signal === 'SIGKILL') {
          again.push(refetched);
          killed.push(...calls.slice(-1).filter(({ text }) => text.includes(machine.store)));
        }
        await removeMachine(machine);
      });
      expect(killed.length).toBeGreaterThan(0);
      tell('kills at calls of a download', { points: killed.length, clean: killed.length, calls: byCall(killed), ...summary(again) });
    },
    HOUR,
  );

  it.skipIf(WITHOUT_STRACE)(
    'a download that moves a name: it points to the old revision or the new one',
    async () => {
      const moves = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => moveName(index)));
      const [first] = moves;
      if (!first) throw new Error('no move');
      const trial = await copyMachine(first.old);
      const points = await pointsOf(trial, ['model', 'download', first.scene.reference]);
      await removeMachine(trial);
      const killed: TracedCall[] = [];
      await forEachOn(moves, spread(points, full ? 120 : 4), async ({ old, scene }, point) => {
        const machine = await copyMachine(old);
        const { signal, calls } = await killAt(machine, ['model', 'download', scene.reference], point);
        expect(await expectSound(machine, point), JSON.stringify(point)).toHaveLength(1);
        expect(await goOn(machine, scene, point, await bytesHeld(old.store)), JSON.stringify(point)).toBeLessThanOrEqual(scene.allowance);
        if (signal === 'SIGKILL') killed.push(...calls.slice(-1).filter(({ text }) => text.includes(machine.store)));
        await removeMachine(machine);
      });
      expect(killed.length).toBeGreaterThan(0);
      tell('kills at calls of a move', { points: killed.length, clean: killed.length, calls: byCall(killed) });
    },
    HOUR,
  );

  it.skipIf(WITHOUT_STRACE)(
    'a removal: the model is whole or gone, and what is left of it harms nobody',
    async () => {
      const [scene] = scenes;
      if (!scene) throw new Error('no scene');
      const whole = await createMachine();
      before.push(whole);
      expect(await runCli(whole, ['model', 'download', scene.reference])).toMatchObject({ code: 0 });
      const args = ['model', 'remove', scene.reference, '--yes'];
      const trial = await copyMachine(whole);
      const points = await pointsOf(trial, args);
      const killed: TracedCall[] = [];
      for (const point of spread(points, full ? points.length : 4)) {
        const machine = await copyMachine(whole);
        const { signal, calls } = await killAt(machine, args, point);
        const names = await expectSound(machine, point);
        const { stdout } = await runCli(machine, ['model', 'list', '--json']);
        expect(JSON.parse(stdout), JSON.stringify(point)).toMatchObject({ ok: true, result: { broken: [] } });
        if (names.length > 0) expect(await runCli(machine, args), JSON.stringify(point)).toMatchObject({ code: 0 });
        await goOn(machine, scene, point);
        if (signal === 'SIGKILL') killed.push(...calls.slice(-1).filter(({ text }) => text.includes(machine.store)));
        await removeMachine(machine);
      }
      expect(killed.length).toBeGreaterThan(0);
      expect(await readdir(trial.store)).toEqual(['.store']);
      await removeMachine(trial);
      tell('kills at calls of a removal', { points: killed.length, clean: killed.length, calls: byCall(killed) });
    },
    HOUR,
  );
});

function summary(bytes: readonly number[]): Readonly<Record<string, number>> {
  return { mostFetchedTwice: Math.max(...bytes), meanFetchedTwice: Math.round(bytes.reduce((sum, one) => sum + one, 0) / bytes.length) };
}

function byCall(calls: readonly Point[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(calls, ({ call }) => call)].map(([call, all]) => [call, all.length]));
}
