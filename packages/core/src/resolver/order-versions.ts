import { compareVersions } from './compare-versions.ts';

/** What a listing says of a version. */
interface Listed {
  readonly name: string;
  /** ISO 8601. */
  readonly created?: string;
}

/** Names that move by custom, in the order in which they are looked for. */
const MOVING = ['latest', 'main', 'master', 'stable'];

/**
 * Orders what a registry offers for somebody who looks for one: names that stand for “the current one”, the registry's default first;
 * numbered versions, the highest first and pre-releases below their release; others by age, the newest first; others by name.
 */
export function orderVersions<T extends Listed>(
  versions: readonly T[],
  { defaultVersion }: { readonly defaultVersion?: string | undefined } = {},
): readonly T[] {
  const moving = [...(defaultVersion === undefined ? [] : [defaultVersion]), ...MOVING];
  const place = ({ name, created }: T): number => {
    if (moving.includes(name)) return moving.indexOf(name);
    if (compareVersions(name, name) !== undefined) return moving.length;
    return moving.length + (created === undefined ? 2 : 1);
  };
  return versions.toSorted((a, b) => place(a) - place(b) || (compareVersions(b.name, a.name) ?? 0) || byAge(a, b) || byName(a, b));
}

function byAge(a: Listed, b: Listed): number {
  return (b.created ?? '').localeCompare(a.created ?? '');
}

function byName(a: Listed, b: Listed): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
