import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesHeld, checkStore } from '../src/faults/check-store.ts';
import { createMachine, removeMachine, runCli } from '../src/faults/machine.ts';
import { generateContents } from '../src/faults/metered-model.ts';
import { createScene, full, type Scene, tell } from '../src/faults/scene.ts';

const TIMES = full ? 10 : 2;

describe.each(['SIGINT', 'SIGTERM'] as const)('a download that is sent %s', (signal) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await createScene(generateContents(40_000_000, signal));
  });
  afterAll(() => scene.close());

  it('ends with 130, leaves no process behind, and keeps what arrived', async () => {
    const took: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const machine = await createMachine();
      scene.meter.reset();
      const share = (time + 0.5) / TIMES;
      const { code, endedAfter, pid } = await runCli(machine, ['model', 'download', scene.reference], {
        when: scene.meter.reached(share * scene.size),
        signal,
      });
      expect(code, `at ${share}`).toBe(130);
      // The command leads a group of its own, which is gone when its last process is.
      expect(() => process.kill(-pid, 0)).toThrow('ESRCH');
      took.push(endedAfter);
      expect(await checkStore(machine.store)).toMatchObject({ problems: [], names: [] });
      const missing = scene.size - (await bytesHeld(machine.store));
      expect(missing).toBeLessThan(scene.size);
      scene.meter.reset();
      expect(await runCli(machine, ['model', 'download', scene.reference])).toMatchObject({ code: 0 });
      expect(scene.meter.served - missing).toBeLessThanOrEqual(scene.allowance);
      await removeMachine(machine);
    }
    tell(signal, { times: TIMES, longestMilliseconds: Math.round(Math.max(...took)) });
  }, 600_000);
});
