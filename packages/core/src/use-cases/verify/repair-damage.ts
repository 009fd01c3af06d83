import { isAbort, isIlabError } from '../../errors/ilab-error.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { AsideFile } from '../../ports/verifier.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import type { TrackedSnapshot } from './choose-snapshots.ts';
import { repairSnapshot } from './repair-snapshot.ts';
import type { Damage } from './survey.ts';
import type { VerifyDeps } from './verify-models.ts';

export interface Repair {
  readonly repaired: readonly Damage[];
  /** What could not be put right, as it is now. */
  readonly left: readonly Damage[];
  /** Bytes that came over the network. */
  readonly fetched: number;
}

interface RepairDamageRequest {
  readonly damage: readonly Damage[];
  /** What was worked through until now, so that progress goes on from there. */
  readonly before: { readonly files: number; readonly bytes: number };
  readonly grammar: ReferenceGrammar;
}

type Aside = ReadonlyMap<Damage, AsideFile>;

/**
 * Puts damaged files right. First all of them lose their names, in every snapshot, so that none is taken for a source of good bytes; they
 * are gone for good only when the right bytes stand in their place.
 */
export async function repairDamage(deps: VerifyDeps, { damage, before, grammar }: RepairDamageRequest, options: CallOptions): Promise<Repair> {
  const own = damage.filter(({ of }) => of.tier === 'own');
  const foreign = damage.filter(({ of }) => of.tier !== 'own');
  for (const { of, file } of foreign) deps.logger.warn(`${file} of ${of.reference} is in a read-only store, and is left as it is.`);
  const bytes = own.reduce((sum, { size }) => sum + size, 0);
  if (own.length > 0) deps.progress.plan({ files: before.files + own.length, bytes: before.bytes + bytes });
  const aside = await setAside(deps, own, options);
  const tainted = new Set(foreign.flatMap(({ sha256, state }) => (state === 'bad' ? (sha256 ?? []) : [])));
  const repaired: Damage[] = [];
  let fetched = 0;
  for (const [of, files] of Map.groupBy(own, (one) => one.of)) {
    try {
      fetched += await repairSnapshot(deps, { snapshot: of.snapshot, files, tainted, grammar }, options);
      repaired.push(...files);
      for (const file of files) await aside.get(file)?.discard();
    } catch (error) {
      if (isAbort(error)) throw error;
      deps.logger.warn(failure(of, { error, files, aside }));
    }
  }
  const done = new Set(repaired);
  const left = own.filter((one) => !done.has(one)).map((one) => ({ ...one, state: 'missing' as const }));
  return { repaired, left: [...foreign, ...left], fetched };
}

async function setAside({ verifier }: VerifyDeps, damage: readonly Damage[], options: CallOptions): Promise<Aside> {
  const aside = new Map<Damage, AsideFile>();
  for (const one of damage) {
    const file = one.state === 'bad' ? await verifier.setAside(one.of.snapshot, one.file, options) : undefined;
    if (file) aside.set(one, file);
  }
  return aside;
}

function failure(
  { reference }: TrackedSnapshot,
  { error, files, aside }: { readonly error: unknown; readonly files: readonly Damage[]; readonly aside: Aside },
): string {
  const kept = files.flatMap((file) => aside.get(file)?.path ?? []);
  const where = kept.length > 0 ? ` The damaged bytes are kept until \`ilab model prune\`: ${kept.join(', ')}.` : '';
  return `${reference} could not be repaired: ${isIlabError(error) ? error.message : String(error)}${where}`;
}
