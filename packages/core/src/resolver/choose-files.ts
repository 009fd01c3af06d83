import { formatOf } from '../model/format.ts';
import type { ModelFormat, StoredSnapshot, VersionRecord } from '../model/stored.ts';
import { preferredQuantisation, quantisationOf } from '../selection/quantisation.ts';
import { defaultFiles } from '../selection/default-files.ts';
import { isProjector } from '../selection/projector.ts';
import { selectFiles } from '../selection/select-files.ts';
import { splitSetOf } from '../selection/split-set.ts';

/** The files of a snapshot that make the model, all of them here. */
export interface ChosenFiles {
  readonly files: readonly string[];
  readonly format: ModelFormat;
  /** The file that stands for the model in its reference, where one was picked out of several. */
  readonly file?: string;
  /** Why, when there was a choice. */
  readonly because?: string;
}

/**
 * The files a selector names; without one, all that was asked for under the version, and of several quantisations the preferred.
 * @returns undefined when something of it is missing
 */
export function chooseFiles(
  snapshot: StoredSnapshot,
  { selector, record }: { readonly selector?: string | undefined; readonly record?: VersionRecord | undefined },
): ChosenFiles | undefined {
  const asked = selector === undefined ? (record?.selectors ?? []) : [selector];
  const paths = everyPath(snapshot);
  const wanted = asked.length === 0 ? allOrDefault(snapshot, paths) : paths.filter((file) => asked.some((one) => selectFiles(paths, one).includes(file)));
  const missing = new Set(snapshot.missing);
  if (wanted.length === 0 || wanted.some(({ path }) => missing.has(path))) return undefined;

  const files = wanted.map(({ path }) => path);
  const format = formatOf(files);
  if (format !== 'gguf') return { files, format };
  return chooseGguf(files, asked.length > 0);
}

/** Where nothing was asked for by name, a download may have left some out. */
function allOrDefault<T extends { readonly path: string }>({ missing }: StoredSnapshot, paths: readonly T[]): readonly T[] {
  return missing.length === 0 ? paths : defaultFiles(paths).files;
}

function chooseGguf(files: readonly string[], narrowed: boolean): ChosenFiles {
  const weights = files.filter((path) => path.endsWith('.gguf') && !isProjector(path));
  const models = [...new Set(weights.map((path) => splitSetOf(path)?.stem ?? path))];
  const quantisation = models.length > 1 ? preferredQuantisation(weights) : undefined;
  const chosen = quantisation === undefined ? weights : weights.filter((path) => quantisationOf(path) === quantisation);
  const [file] = chosen.toSorted();
  if (file === undefined) return { files, format: 'gguf' };
  const because = quantisation === undefined ? undefined : `${quantisation} of ${models.length} files`;
  const others = files.filter((path) => !weights.includes(path));
  return {
    files: [...chosen, ...others],
    format: 'gguf',
    ...((narrowed || models.length > 1) && { file }),
    ...(because !== undefined && { because }),
  };
}

function everyPath(snapshot: StoredSnapshot): readonly { path: string }[] {
  return [...snapshot.files.map(({ path }) => ({ path })), ...snapshot.missing.map((path) => ({ path }))].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a model is for whoever loads it: its GGUF file (the first of a split set), else the directory. `entryOf` tells where a file stands. */
export function modelPath(directory: string, files: readonly string[], entryOf: (path: string) => string | undefined): string {
  if (formatOf(files) !== 'gguf') return directory;
  const weights = files.filter((path) => path.endsWith('.gguf') && !isProjector(path)).sort();
  const sets = new Set(weights.map((path) => splitSetOf(path)?.stem ?? path));
  const [first] = weights;
  return sets.size === 1 && first !== undefined ? `${directory}/${entryOf(first) ?? first}` : directory;
}
