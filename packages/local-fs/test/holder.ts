/** A process for tests to kill. It does what its argument says, says on standard output that it is at it, and never ends by itself. */
import { writeFileSync } from 'node:fs';
import type { Digest, SnapshotId, VersionRecord } from '@ilab/core';
import { createLocalStore } from '../src/index.ts';

export interface Errand {
  readonly directory: string;
  readonly id: SnapshotId;
  /** Holds this blob with some bytes of it. */
  readonly hold?: { readonly digest: Digest; readonly size: number; readonly content: string };
  /** Moves a name to and fro between these. */
  readonly move?: readonly VersionRecord[];
}

const { directory, id, hold, move = [] }: Errand = JSON.parse(process.argv[2] ?? '{}');
const { cache, metadata } = createLocalStore({ directory, checkpointsDirectory: directory, extraDirectories: [], home: directory, cwd: directory });

if (hold) {
  const writer = await cache.write(id, {});
  const staged = await writer.stage(hold, {});
  writeFileSync(staged.path, hold.content);
}
process.stdout.write('ready\n');
for (let round = 0; move.length > 0; round++) {
  const record = move[round % move.length];
  if (record) await metadata.moveVersion(id, record, {});
}
setInterval(() => undefined, 60_000);
