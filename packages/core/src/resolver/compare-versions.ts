/** A version name that starts with a number, taken apart. */
interface Numbered {
  readonly numbers: readonly number[];
  /** Digits after a dash: a build, later than none. */
  readonly build?: number;
  /** Any other suffix: a pre-release, earlier than none. */
  readonly prerelease?: string;
}

/**
 * Orders version names: a leading `v` is dropped, dotted numbers compare as numbers (missing ones are 0), a suffix of digits only
 * (`1.2-1728663941`) is a build and later than none, any other suffix a pre-release and earlier than none.
 * @returns undefined when one of them has no leading number and so takes no part
 */
export function compareVersions(a: string, b: string): number | undefined {
  const left = numbered(a);
  const right = numbered(b);
  if (!left || !right) return undefined;
  const length = Math.max(left.numbers.length, right.numbers.length);
  for (let index = 0; index < length; index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return rank(left) - rank(right) || Math.sign((left.build ?? 0) - (right.build ?? 0)) || comparePrereleases(left.prerelease ?? '', right.prerelease ?? '');
}

/** The highest of several names; undefined when none has a leading number. */
export function highestVersion(names: readonly string[]): string | undefined {
  return names.filter((name) => numbered(name)).sort((a, b) => compareVersions(b, a) ?? 0)[0];
}

function numbered(name: string): Numbered | undefined {
  const match = /^v?(\d{1,15}(?:\.\d{1,15}){0,9})(?:[-+._](.*)|([A-Za-z].*))?$/.exec(name);
  if (match?.[1] === undefined) return undefined;
  const numbers = match[1].split('.').map(Number);
  const suffix = match[2] ?? match[3];
  if (suffix === undefined || suffix === '') return { numbers };
  return /^\d{1,15}$/.test(suffix) ? { numbers, build: Number(suffix) } : { numbers, prerelease: suffix };
}

function rank({ build, prerelease }: Numbered): number {
  if (prerelease !== undefined) return 0;
  return build === undefined ? 1 : 2;
}

/** `rc2` before `rc10`: runs of digits compare as numbers. */
function comparePrereleases(a: string, b: string): number {
  return Math.sign(a.localeCompare(b, 'en', { numeric: true }));
}
