import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStore } from '../src/faults/check-store.ts';
import { createLoopDisk, type FileSystem, withoutLoopDisk } from '../src/faults/loop-disk.ts';
import { createMachine, type Machine, removeMachine, runCli } from '../src/faults/machine.ts';
import { generateContents } from '../src/faults/metered-model.ts';
import { createScene, full, type Scene, tell } from '../src/faults/scene.ts';
import { runTraced, withoutStrace } from '../src/faults/traced-run.ts';

const WITHOUT_STRACE = await withoutStrace();
const KINDS: readonly FileSystem[] = full ? ['ext4', 'xfs', 'btrfs'] : ['ext4'];
const CUTS = full ? 12 : 1;
const SIZE = 20_000_000;

describe.each(await Promise.all(KINDS.map(async (kind) => ({ kind, reason: await withoutLoopDisk(kind) }))))('a power cut on $kind', ({ kind, reason }) => {
  let scenes: readonly Scene[];
  beforeAll(async () => {
    scenes = await Promise.all(Array.from({ length: 3 }, (_, index) => createScene(generateContents(SIZE, `cut ${index}`))));
  });
  afterAll(() => Promise.all(scenes.map((scene) => scene.close())));

  /** Downloads all of them and cuts in the middle of the last. @returns the names whose command had ended well */
  async function downloadUntilCut(machine: Machine, cut: number): Promise<readonly string[]> {
    const names: string[] = [];
    for (const [index, scene] of scenes.entries()) {
      scene.meter.reset();
      const args = ['model', 'download', scene.reference];
      const isLast = index === scenes.length - 1;
      // Some are killed just before a directory is synced: whoever finds the file there has to see to it.
      if (index === 1 && !WITHOUT_STRACE) await runTraced(machine, args, { thread: 'pool', call: 'fsync', fault: `signal=SIGKILL:when=${6 + cut * 2}` });
      const kill = isLast ? { when: scene.meter.reached(((cut + 0.5) / CUTS) * SIZE), signal: 'SIGKILL' as const } : undefined;
      const { code, stderr } = await runCli(machine, args, kill);
      if (!isLast) expect(code, stderr).toBe(0);
      if (code === 0) names.push(`${scene.host.replace(':', '%3A')}/acme/model/v1`);
    }
    return names;
  }

  /** @returns how many models were acknowledged */
  async function cutOnce(cut: number): Promise<number> {
    const disk = await createLoopDisk(kind);
    const machine = await createMachine({ store: disk.directory });
    try {
      const names = await downloadUntilCut(machine, cut);
      // What was never synced must be gone, or these cuts would cut nothing.
      const unsynced = randomBytes(1_000_000);
      await writeFile(join(disk.directory, 'unsynced'), unsynced);
      const after = await disk.cut();
      expect((await readFile(join(after, 'unsynced')).catch(() => Buffer.alloc(0))).equals(unsynced)).toBe(false);
      const found = await checkStore(after);
      expect(found.problems, `cut ${cut}`).toEqual([]);
      expect(found.names, `cut ${cut}`).toEqual(expect.arrayContaining([...names]));
      return names.length;
    } finally {
      await disk.remove();
      await removeMachine(machine);
    }
  }

  it.skipIf(reason)(
    `${CUTS} times: no acknowledged model is lost, and none is corrupt${reason ? ` (skipped: ${reason})` : ''}`,
    async () => {
      let acknowledged = 0;
      for (let cut = 0; cut < CUTS; cut++) acknowledged += await cutOnce(cut);
      tell(`power cuts on ${kind}`, { cuts: CUTS, acknowledged, lost: 0, corrupt: 0 });
    },
    3_600_000,
  );
});
