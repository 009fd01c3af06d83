import { IlabError } from '../errors/ilab-error.ts';
import { encodeNameStrictly, foldName } from './disk-name.ts';
import { encodeFilePath } from './file-path.ts';

/** By path of a file: where it stands below its snapshot. */
export type SnapshotEntries = ReadonlyMap<string, string>;

/**
 * Gives each file of a revision an entry of its own, the same on every system. Where paths differ only in case or in Unicode's normal
 * form, one keeps its name, the others are encoded strictly.
 * @throws IlabError E_REGISTRY when a path is the folder of another: no disk holds both; E_STORE as `encodeName`
 */
export function snapshotEntries(paths: Iterable<string>): SnapshotEntries {
  const files = new Set(paths);
  const folders = new Set([...files].flatMap(foldersOf));
  const both = [...files].find((path) => folders.has(path));
  if (both !== undefined) throw isFileAndFolder(both);

  const strict = new Set<string>();
  for (const alike of groupsByFold([...files, ...folders])) {
    // Folders of one name to a case-blind disk are one folder there, which harms nobody.
    if (alike.length < 2 || alike.every((path) => folders.has(path))) continue;
    const keeper = keeperOf(alike);
    for (const path of alike) if (path !== keeper) strict.add(path);
  }
  return new Map([...files].map((path) => [path, strict.size === 0 ? encodeFilePath(path) : entryOf(path, strict)]));
}

function groupsByFold(paths: readonly string[]): Iterable<readonly string[]> {
  return Map.groupBy(paths, foldName).values();
}

/** One whose entry no strict encoding can be taken for: the folded one, or the first that stands as it is. */
function keeperOf(alike: readonly string[]): string | undefined {
  return alike.find((path) => path === foldName(path)) ?? alike.toSorted().find((path) => encodeFilePath(path) === path);
}

function entryOf(path: string, strict: ReadonlySet<string>): string {
  const names = path.split('/');
  const depth = strict.has(path) ? names.length : foldersOf(path).findLastIndex((folder) => strict.has(folder)) + 1;
  return [...names.slice(0, depth).map(encodeNameStrictly), ...names.slice(depth).map(encodeFilePath)].join('/');
}

/** `a/b/c` is in `a` and in `a/b`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(1).map((_name, index) => names.slice(0, index + 1).join('/'));
}

function isFileAndFolder(path: string): IlabError {
  return new IlabError('E_REGISTRY', `The revision has “${path}” as a file and as a folder, and no disk can hold both.`, {
    hint: 'Tell whoever published it.',
    side: 'source',
  });
}
