import { IlabError } from '../../errors/ilab-error.ts';
import { redact } from '../../errors/redact.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ModelProbe } from '../../ports/model-probe.ts';
import type { Prompt } from '../../ports/prompt.ts';
import type { Verifier } from '../../ports/verifier.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { verifyStored } from '../signatures/verify-stored.ts';
import { chooseSnapshots, type Tracked, trackedSnapshots } from './choose-snapshots.ts';
import { repairDamage } from './repair-damage.ts';
import { sameBytes } from './same-bytes.ts';
import { type Damage, survey } from './survey.ts';

export interface VerifyDeps extends DownloadDeps {
  readonly cache: Cache;
  readonly verifier: Verifier;
  readonly probe: ModelProbe;
  readonly prompt: Prompt;
}

/** What to verify, and how. */
export interface VerifyModelsRequest {
  /** References, names or paths of what is here. */
  readonly references?: readonly string[];
  /** Everything in the store and its tiers. */
  readonly all?: boolean;
  /** Presence, kind and size only: no byte is read. */
  readonly quick?: boolean;
  /** Fetch again what is damaged or missing, and only that. */
  readonly repair?: boolean;
}

/** A file of a snapshot. */
export interface FileOf {
  readonly reference: string;
  readonly file: string;
}

export interface Verification {
  /** Files that were looked at. */
  readonly checked: number;
  /** Their bytes, all of them read and hashed unless it was quick. */
  readonly bytes: number;
  /** References of the snapshots in which everything is as recorded, in the end. */
  readonly ok: readonly string[];
  readonly bad: readonly (FileOf & { readonly expected: string; readonly actual: string })[];
  readonly missing: readonly FileOf[];
  /** What the policy of its source does not let pass: its signature is wrong, somebody else's, missing, or was never checked. */
  readonly untrusted: readonly { readonly reference: string; readonly reason: string }[];
  /** What was bad or missing, and was put right. */
  readonly repaired: readonly FileOf[];
  /** Bytes that came over the network for it. */
  readonly fetched: number;
  /** What nothing is recorded of, so that it can't be verified. */
  readonly skipped: readonly string[];
}

/**
 * Holds what is on disk against what was recorded when it came, without the network: every byte is read and hashed again. Where a file
 * is damaged, all snapshots that should have the same bytes are looked at, too.
 * @throws IlabError E_USAGE when nothing is named; as `resolveReference`
 */
export async function verifyModels(deps: VerifyDeps, request: VerifyModelsRequest, options: CallOptions): Promise<Verification> {
  const { references = [], all: everything = false, quick = false, repair = false } = request;
  if (references.length === 0 && !everything) {
    throw new IlabError('E_USAGE', 'No model is named.', { hint: 'Name one or more, or say --all.' });
  }
  const grammar: ReferenceGrammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const all = await trackedSnapshots({ cache: deps.cache, grammar }, options);
  const chosen = everything ? all : await chooseSnapshots(deps, { values: references, all, grammar }, options);
  for (const name of chosen.skipped) deps.logger.warn(`${name} is skipped: ilab did not bring it, and nothing is recorded of its files.`);

  const depth = quick ? 'quick' : 'content';
  if (!quick) deps.progress.plan(total(chosen));
  const first = await survey(deps, { targets: chosen.snapshots.map((of) => ({ of })), depth }, options);
  // Only bytes that were read may mend others.
  const seen = new Set(quick && repair ? [] : chosen.snapshots);
  const others = sameBytes(
    first.damage.filter(({ state }) => repair || state === 'bad'),
    { all: all.snapshots, seen },
  );
  const second = await survey(deps, { targets: others, depth: repair ? 'content' : depth }, options);
  const damage = [...first.damage, ...second.damage.filter((one) => one.state === 'bad' && !isAmong(first.damage, one))];

  const before = { files: first.checked + second.checked, bytes: quick ? second.bytes : first.bytes + second.bytes };
  const untrusted = await untrustedOf(deps, chosen, options);
  const mended = repair ? await repairDamage(deps, { damage, before, grammar }, options) : { left: damage, repaired: [], fetched: 0 };
  return {
    checked: first.checked + second.checked,
    bytes: first.bytes + second.bytes,
    ...tell(mended.left, chosen, untrusted),
    untrusted,
    repaired: mended.repaired.map(fileOf),
    fetched: mended.fetched,
    skipped: chosen.skipped,
  };
}

/** What policies do not let pass. Where one only warns, so does this. */
async function untrustedOf(deps: VerifyDeps, { snapshots }: Tracked, options: CallOptions): Promise<Verification['untrusted']> {
  const found: { reference: string; reason: string }[] = [];
  for (const { reference, snapshot, tier } of snapshots) {
    const refused = await verifyStored(deps, { snapshot, isOwn: tier === 'own' }, options);
    if (refused?.mode === 'warn') deps.logger.warn(redact(`${reference}: ${refused.reason}`));
    else if (refused) found.push({ reference, reason: refused.reason });
  }
  return found;
}

function tell(damage: readonly Damage[], { snapshots, broken }: Tracked, untrusted: Verification['untrusted']): Pick<Verification, 'ok' | 'bad' | 'missing'> {
  const damaged = new Set(damage.map(({ of }) => of));
  const refused = new Set(untrusted.map(({ reference }) => reference));
  const bad = damage.filter(({ state }) => state === 'bad').map((one) => ({ ...fileOf(one), expected: one.expected, actual: one.actual }));
  const unreadable = broken.map(({ name, reason }) => ({ reference: name, file: '', expected: 'what can be read', actual: reason }));
  return {
    ok: snapshots.filter((of) => !damaged.has(of) && !refused.has(of.reference)).map(({ reference }) => reference),
    bad: [...bad, ...unreadable],
    missing: damage.filter(({ state }) => state === 'missing').map(fileOf),
  };
}

function isAmong(damage: readonly Damage[], { of, file }: Damage): boolean {
  return damage.some((one) => one.of === of && one.file === file);
}

function fileOf({ of, file }: Damage): FileOf {
  return { reference: of.reference, file };
}

function total({ snapshots }: Tracked): { files: number; bytes: number } {
  const files = snapshots.flatMap(({ snapshot }) => snapshot.files);
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}
