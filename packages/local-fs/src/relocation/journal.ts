import { open, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { makeDirectory, renameDurably, syncDirectory } from '../durable.ts';
import { STORE } from '../layout.ts';
import { standingAt } from '../standing.ts';
import { readJson } from '../read-json.ts';

/** One file as it was when it was copied: a later one of the same name is another. */
export type CopiedFile = readonly [path: string, size: number, modified: number, inode: number];

/** What a move leaves in its target until it is finished, so that it can go on after whatever ended it. */
export interface MoveJournal {
  readonly schema: 1;
  /** Where the store comes from; absolute and real. */
  readonly from: string;
  readonly way: 'rename' | 'copy';
  /** All that was brought over. Once this is there, nothing is copied any more: the store may be in use at its new place. */
  readonly copied?: readonly CopiedFile[];
  readonly damaged?: readonly string[];
}

/** Below a models directory. */
export const JOURNAL: string = join(STORE, 'move.json');
/** The journal before it is whole; a later one takes its place, so that a kill leaves nothing that stays. */
export const NEW_JOURNAL: string = `${JOURNAL}.new`;

/**
 * Reads the journal of an unfinished move. What somebody else put there is none: it says what may be removed.
 * @throws Error when it is torn or of another schema
 */
export function readJournal(directory: string): MoveJournal | undefined {
  const path = join(directory, JOURNAL);
  const stats = standingAt(path);
  if (!stats?.isFile() || (process.getuid && stats.uid !== process.getuid())) return undefined;
  const json = readJson(path);
  if (!json) return undefined;
  const { schema, from, way } = json;
  if (schema !== 1 || typeof from !== 'string' || !isAbsolute(from) || (way !== 'rename' && way !== 'copy')) throw new Error(`${path} is not understood`);
  return json as unknown as MoveJournal;
}

export async function writeJournal(directory: string, journal: MoveJournal): Promise<void> {
  const [path, fresh] = [join(directory, JOURNAL), join(directory, NEW_JOURNAL)];
  await makeDirectory(dirname(path));
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(journal)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await renameDurably(fresh, path);
}

export async function removeJournal(directory: string): Promise<void> {
  for (const name of [NEW_JOURNAL, JOURNAL]) await rm(join(directory, name), { force: true });
  await syncDirectory(join(directory, STORE));
}
