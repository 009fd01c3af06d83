import type { Logger } from '../../ports/logger.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Progress } from '../../ports/progress.ts';
import type { FileFinding, Verifier, VerifyRequest } from '../../ports/verifier.ts';
import { redact } from '../../errors/redact.ts';
import type { TrackedSnapshot } from './choose-snapshots.ts';

/** A file that is not as it was recorded, and whose. */
export interface Damage {
  readonly of: TrackedSnapshot;
  readonly file: string;
  readonly state: 'bad' | 'missing';
  /** Of a bad one: what it should be and is. */
  readonly expected: string;
  readonly actual: string;
  /** Hex, where it is recorded. */
  readonly sha256?: string;
  /** In bytes, as recorded. */
  readonly size: number;
}

export interface Surveyed {
  /** Files that were looked at, and their bytes. */
  readonly checked: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
}

export interface SurveyDeps {
  readonly verifier: Verifier;
  readonly progress: Progress;
  readonly logger: Logger;
}

/** One snapshot, or some files of it. */
export interface SurveyTarget {
  readonly of: TrackedSnapshot;
  readonly only?: ReadonlySet<string>;
}

/** Looks at snapshots, and tells of what is no damage but should be known. */
export async function survey(
  { verifier, progress, logger }: SurveyDeps,
  { targets, depth }: { readonly targets: readonly SurveyTarget[]; readonly depth: VerifyRequest['depth'] },
  options: CallOptions,
): Promise<Surveyed> {
  const whose = new Map(targets.map(({ of }) => [of.snapshot, of]));
  const damage: Damage[] = [];
  const extra = new Map<TrackedSnapshot, string[]>();
  const writable = new Map<TrackedSnapshot, string[]>();
  let checked = 0;
  let bytes = 0;
  const request = { targets: targets.map(({ of, only }) => ({ snapshot: of.snapshot, ...(only && { only }) })), depth, progress };
  for await (const finding of verifier.verify(request, options)) {
    const of = whose.get(finding.snapshot);
    if (!of) continue;
    if (finding.state === 'extra') put(extra, of, finding.path);
    else if (finding.state === 'missing') damage.push(...missingFile(finding, of));
    else {
      checked++;
      bytes += finding.size;
      if (finding.state === 'bad') damage.push(badFile(finding, of));
      else if (finding.writable) put(writable, of, finding.path);
    }
  }
  for (const { of, only } of targets) if (!only) damage.push(...unknownMembers(of));
  for (const [of, paths] of extra) logger.warn(`${of.reference} has files that are no part of it: ${some(paths)}.`);
  for (const [of, paths] of writable) logger.warn(`Files of ${of.reference} can be written to, and should be read-only: ${some(paths)}.`);
  return { checked, bytes, damage: damage.sort(byName) };
}

function badFile({ path, size, expected, actual, sha256 }: FileFinding & { state: 'bad' }, of: TrackedSnapshot): Damage {
  return { of, file: path, state: 'bad', expected, actual, size, ...(sha256 !== undefined && { sha256 }) };
}

/** A revision's file that nobody asked for and that never came is not missing. */
function missingFile({ path, size, sha256, arrived }: FileFinding & { state: 'missing' }, of: TrackedSnapshot): readonly Damage[] {
  if (!arrived && !of.asked.has(path)) return [];
  return [{ of, file: path, state: 'missing', expected: '', actual: '', size, ...(sha256 !== undefined && { sha256 }) }];
}

/** Archives that were asked for and of whose files nothing is known any more. */
function unknownMembers(of: TrackedSnapshot): readonly Damage[] {
  const digests = new Map((of.snapshot.metadata.archives ?? []).map(({ blob }) => [blob.digest as string, blob.size]));
  return of.snapshot.missing
    .filter((path) => of.asked.has(path) && digests.has(path))
    .map((path) => ({ of, file: path, state: 'missing' as const, expected: '', actual: '', size: digests.get(path) ?? 0 }));
}

function put(lists: Map<TrackedSnapshot, string[]>, of: TrackedSnapshot, path: string): void {
  lists.set(of, [...(lists.get(of) ?? []), path]);
}

const SHOWN = 5;

function some(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : '';
  return `${redact(paths.toSorted().slice(0, SHOWN).join(', '))}${more}`;
}

function byName(a: Damage, b: Damage): number {
  const [one, other] = [`${a.of.reference}\0${a.file}`, `${b.of.reference}\0${b.file}`];
  return one < other ? -1 : 1;
}
