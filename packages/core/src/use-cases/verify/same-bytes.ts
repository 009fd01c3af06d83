import type { TrackedSnapshot } from './choose-snapshots.ts';
import type { Damage, SurveyTarget } from './survey.ts';

/**
 * The other files that should have the bytes of damaged ones. Snapshots share bytes on disk, so what is wrong here may be wrong there;
 * and what is right there mends what is wrong here, but only once that is known.
 */
export function sameBytes(
  damage: readonly Damage[],
  { all, seen }: { readonly all: readonly TrackedSnapshot[]; readonly seen: ReadonlySet<TrackedSnapshot> },
): readonly SurveyTarget[] {
  const hashes = new Set(damage.flatMap(({ sha256 }) => sha256 ?? []));
  if (hashes.size === 0) return [];
  return all.flatMap((of) => {
    if (seen.has(of)) return [];
    const { files, metadata } = of.snapshot;
    const paths = [...files, ...metadata.files].filter(({ sha256 }) => sha256 !== undefined && hashes.has(sha256)).map(({ path }) => path);
    return paths.length > 0 ? [{ of, only: new Set(paths) }] : [];
  });
}
