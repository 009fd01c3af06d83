import { isGlob, matchesGlob } from './glob.ts';
import { projectorFor } from './projector.ts';
import { hasQuantisation, isQuantisation, quantisationOf } from './quantisation.ts';
import { inOneSet } from './split-set.ts';

/** What takes part in a selection. */
interface Selectable {
  readonly path: string;
}

/** Narrows a selection further. */
export interface FileFilters {
  /** Globs, one of which must fit. */
  readonly include?: readonly string[];
  /** Globs, none of which may fit. */
  readonly exclude?: readonly string[];
}

/**
 * The files that a selector names: a quantisation (case does not count), a file, a folder or a glob. A shard takes its whole set
 * with it, a quantisation the projector that fits it. No selector: all. The order stays; nothing fitting gives an empty list, which is the caller's to report.
 */
export function selectFiles<T extends Selectable>(files: readonly T[], selector: string | undefined, filters: FileFilters = {}): readonly T[] {
  const { include = [], exclude = [] } = filters;
  const named = selector === undefined ? files : withProjector(files, wholeSets(files, files.filter(selects(files, selector))), selector);
  return named.filter(({ path }) => (include.length === 0 || include.some((glob) => fits(path, glob))) && !exclude.some((glob) => fits(path, glob)));
}

function selects(files: readonly Selectable[], selector: string): (file: Selectable) => boolean {
  if (files.some(({ path }) => path === selector)) return ({ path }) => path === selector;
  if (isQuantisation(selector)) return ({ path }) => hasQuantisation(path, selector);
  return ({ path }) => fits(path, selector);
}

function fits(path: string, glob: string): boolean {
  return isGlob(glob) ? matchesGlob(path, glob) : path === glob || path.startsWith(`${glob.replace(/\/$/, '')}/`);
}

function wholeSets<T extends Selectable>(files: readonly T[], chosen: readonly T[]): readonly T[] {
  const taken = new Set(chosen);
  return files.filter((file) => taken.has(file) || chosen.some(({ path }) => inOneSet(path, file.path)));
}

/** A multimodal model that was asked for by its quantisation is of little use without. */
function withProjector<T extends Selectable>(files: readonly T[], chosen: readonly T[], selector: string): readonly T[] {
  if (!isQuantisation(selector)) return chosen;
  const paths = files.map(({ path }) => path);
  const projector = projectorFor(
    chosen.map(({ path }) => path),
    paths,
  );
  return projector === undefined ? chosen : files.filter((file) => file.path === projector || chosen.includes(file));
}

const SHOWN = 12;

/** What there is to choose from, as a line for a hint. */
export function describeChoices(files: readonly Selectable[]): string {
  const quantisations = [...new Set(files.flatMap(({ path }) => quantisationOf(path) ?? []))].sort();
  if (quantisations.length > 0) return `It has the quantisations ${quantisations.join(', ')}.`;
  const paths = files.map(({ path }) => path).sort();
  const more = paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : '';
  return paths.length === 0 ? 'It has no files.' : `It has ${paths.slice(0, SHOWN).join(', ')}${more}.`;
}
