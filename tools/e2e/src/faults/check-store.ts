import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** What somebody finds who knows the layout (docs/store.md) and nothing of the store's code. */
export interface StoreReport {
  /** Promises that are broken; empty for a sound store. */
  readonly problems: readonly string[];
  /** Version names that point to whole snapshots, as `<host>/<repository>/<name>`. */
  readonly names: readonly string[];
  /** Paths of snapshots all of whose files are there, relative to the store. */
  readonly whole: readonly string[];
}

type Described = { readonly path: string; readonly size: number; readonly sha256?: string; readonly gitSha1?: string };
type Record = { readonly name: string; readonly revision: string; readonly selectors: readonly string[] };
/** What a kill may leave between its making and its rename; no reader takes it for anything. */
const TEMPORARY = /\.[0-9a-f]{8,12}\.tmp$/;

/**
 * Reads every snapshot, version record and link of a models directory and hashes every file that stands under a final name.
 * @param settled whether nothing was killed since the last command: then links follow their records
 */
export async function checkStore(store: string, { settled = false }: { readonly settled?: boolean } = {}): Promise<StoreReport> {
  const problems: string[] = [];
  const say: Say = (path, problem) => void problems.push(`${relative(store, path)}: ${problem}`);
  const all = await readdir(store, { recursive: true, withFileTypes: true }).catch(() => []);
  const outside = all
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ entry, path }) => !relative(store, path).startsWith('.store') && !TEMPORARY.test(entry.name));

  const whole: string[] = [];
  for (const { entry, path } of outside) if (entry.isDirectory() && entry.name.startsWith('@') && (await isWhole(path, say))) whole.push(path);
  const names: string[] = [];
  for (const { entry, path } of outside) {
    if (!entry.isFile() || !dirname(path).endsWith('/.versions')) continue;
    const record = await checkRecord(path, whole, say);
    if (record) names.push(relative(store, join(dirname(dirname(path)), record.name)));
  }
  for (const { entry, path } of outside) if (entry.isSymbolicLink()) await checkLink(path, { settled, say });
  return { problems, names: names.sort(), whole: whole.map((path) => relative(store, path)).sort() };
}

type Say = (path: string, problem: string) => void;

/** @returns the record, when it points to a whole snapshot */
async function checkRecord(path: string, whole: readonly string[], say: Say): Promise<Record | undefined> {
  const record = await readJson<Record>(path);
  if (!record || typeof record.revision !== 'string') say(path, 'a torn record');
  else if (whole.includes(snapshotOf(path, record))) return record;
  else say(path, `points to ${record.revision}, which is not whole`);
  return undefined;
}

async function checkLink(path: string, { settled, say }: { readonly settled: boolean; readonly say: Say }): Promise<void> {
  const target = join(dirname(path), await readlink(path));
  if (!(await stat(target).catch(() => undefined))) say(path, 'a link to nowhere');
  if (!settled) return;
  const file = join(dirname(path), '.versions', `${basename(path)}.json`);
  const record = await readJson<Record>(file);
  if (!record || snapshotOf(file, record) !== target) say(path, 'a link that its record does not know');
}

function snapshotOf(record: string, { revision }: Record): string {
  return join(dirname(dirname(record)), `@${revision.replace(':', '-')}`);
}

async function isWhole(path: string, say: Say): Promise<boolean> {
  const files = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.metadata.') && !TEMPORARY.test(file));
  if (files.length === 0) return false;
  const metadata = await readJson<{ files: readonly Described[] }>(join(path, '.metadata'));
  if (!Array.isArray(metadata?.files)) {
    say(path, 'files, and no .metadata that says what they are');
    return false;
  }
  const described = new Map(metadata.files.map((file) => [file.path, file]));
  for (const file of files) {
    if (file === '.metadata') continue;
    const expected = described.get(file);
    if (!expected) say(join(path, file), 'nobody knows this file');
    else if (!(await isRight(join(path, file), expected))) say(join(path, file), 'wrong bytes under a final name');
  }
  return metadata.files.every((file) => files.includes(file.path));
}

async function isRight(path: string, { size, sha256, gitSha1 }: Described): Promise<boolean> {
  const hash = createHash(sha256 === undefined ? 'sha1' : 'sha256');
  if (sha256 === undefined) hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return (await stat(path)).size === size && hash.digest('hex') === (sha256 ?? gitSha1);
}

/** Bytes of content on disk, in place or on their way in: what no download has to fetch again. Right as long as partial files have no gaps. */
export async function bytesHeld(store: string): Promise<number> {
  const entries = await readdir(store, { recursive: true, withFileTypes: true }).catch(() => []);
  const held = entries.filter(({ parentPath, name }) => (/\/@[^/]+(?:\/|$)/.test(parentPath) && !name.startsWith('.')) || /^sha256-.*-[0-9a-f]{8}$/.test(name));
  const sizes = await Promise.all(held.filter((entry) => entry.isFile()).map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
