import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Holder, isAbort } from '@ilab/core';
import { addSnapshot, endingOf, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision, soonAborted } from '@ilab/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Errand } from './holder.ts';
import { temporaryStore } from './temporary-store.ts';

const id = sampleId();
const file = sampleFile('model.gguf');

/** Starts a process on the store and waits until it is at its errand. */
async function start(errand: Errand): Promise<ChildProcess> {
  const path = fileURLToPath(new URL('./holder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@ilab/source', path, JSON.stringify(errand)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => kill(child));
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(String(said[0])).toBe('ready\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a process that is killed', () => {
  it('holds its part and its lease while it lives, and no longer', async () => {
    const store = temporaryStore();
    await store.metadata.describe(sampleMetadata(id, [file]), {});
    const writer = await store.cache.write(id, {});
    const child = await start({ directory: store.models, id, hold: { digest: file.digest, size: file.size, content: 'part' } });

    const seen: (Holder | undefined)[] = [];
    const waiting = writer.stage(file, { signal: soonAborted(), onWait: (holder) => seen.push(holder) });
    expect(await endingOf(waiting)).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
    expect(seen).toContainEqual(expect.objectContaining({ pid: child.pid, purpose: 'download' }));
    await writer.close();
    await expect(store.cache.remove(id, {})).rejects.toMatchObject({ code: 'E_IN_USE', message: expect.stringContaining(`process ${child.pid} `) });

    await kill(child);
    const again = await store.cache.write(id, {});
    const adopted = await again.stage(file, {});
    expect(readFileSync(adopted.path, 'utf8')).toBe('part');
    await adopted.release();
    await again.close();
    expect(await store.cache.remove(id, {})).toBeGreaterThan(0);
  });

  it('leaves a name it was moving at the old or the new revision, whole', async () => {
    const store = temporaryStore();
    const revisions = [sampleRevision(1), sampleRevision(2)] as const;
    for (const revision of revisions) await addSnapshot(store, { id: { ...id, revision }, files: [file] });
    const selectors = Array.from({ length: 2000 }, (_, number) => `file-${number}`);
    const records = [sampleRecord('v1', revisions[0]), { ...sampleRecord('v1', revisions[1]), selectors }];
    await store.metadata.moveVersion(id, sampleRecord('v1', revisions[0]), {});
    for (let round = 0; round < 4; round++) {
      const child = await start({ directory: store.models, id, move: records });
      await sleep(Math.random() * 60);
      await kill(child);
      expect(records).toContainEqual(await store.metadata.version(id, 'v1', {}));
      expect(revisions.map((revision) => `@${revision.replace(':', '-')}`)).toContain(readlinkSync(join(store.models, 'registry.example/team/granite/v1')));
    }
    await store.metadata.moveVersion(id, sampleRecord('v2', revisions[0]), {});
    expect(await store.metadata.version(id, 'v2', {})).toEqual(sampleRecord('v2', revisions[0]));
  });
});
