import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import { noSpace } from '../../errors/no-space.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { VersionRecord } from '../../model/stored.ts';
import type { SnapshotWriter, VerifiedFile } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Donor } from '../../ports/donor.ts';
import type { ExpectedFile } from '../../ports/download-target.ts';
import type { Registry } from '../../ports/registry.ts';
import { checkClaims } from './check-claims.ts';
import type { DownloadDeps } from './deps.ts';
import { describeSnapshot } from './describe-snapshot.ts';
import { donorsFor, planDonations } from './donations.ts';
import { fetchArchives } from './fetch-archives.ts';
import { fetchFiles } from './fetch-files.ts';
import { type DownloadRequest, type LeftOutFiles, planDownload } from './plan-download.ts';
import { createSignatureGate } from './signature-gate.ts';
import { type Tally, newTally } from './tally.ts';
import { tellWaiting, type Waiting } from './tell-waiting.ts';
import { movedRecord } from './version-record.ts';

/** A finished download: the snapshot is whole, verified and synced, and its version name points to it. */
export interface DownloadedModel {
  readonly reference: RemoteReference;
  readonly snapshot: RemoteSnapshot;
  /** Real path of the snapshot's directory. */
  readonly directory: string;
  /** The files that were asked for, relative to it. */
  readonly files: readonly string[];
  /** Bytes of those files. */
  readonly bytes: number;
  /** Files that were left out because nobody asked for any by name. */
  readonly leftOut: readonly LeftOutFiles[];
  /** Bytes of file content that came over the network; 0 when all was here. */
  readonly fetched: number;
  /** Bytes that were taken from equal files on this machine. */
  readonly linked: number;
  /** Those of `linked` that another tool had, by the tool's name. */
  readonly donated: Readonly<Record<string, number>>;
  readonly record?: VersionRecord;
}

/**
 * Brings what a reference names into the store. It always asks the registry where the name points now, fetches what is not
 * here yet, and moves the version name last, so that whoever finds the name finds a whole model.
 * @throws IlabError as `Registry.resolve` and `Transfer.fetch`; E_NOT_FOUND when the selector fits no file; E_NOT_A_MODEL; E_NO_SPACE
 */
export async function downloadModel(deps: DownloadDeps, request: DownloadRequest, options: CallOptions): Promise<DownloadedModel> {
  const registry = await deps.registries.open(request.reference.adapter, options);
  const plan = await planDownload(deps, { registry, request }, options);
  await checkClaims(deps, plan, options);
  for (const notice of plan.snapshot.notices ?? []) deps.logger.warn(notice);
  if (plan.needed > plan.available) await checkSpace(deps, { plan, request }, options);
  await request.beforeFetching?.(plan);
  deps.progress.plan({ files: plan.files.length + plan.snapshot.archives.length, bytes: plan.bytes });

  const description = describeSnapshot(deps, { plan, reference: request.reference });
  const force = request.force ?? false;
  const gate = await createSignatureGate(deps, { registry, plan, force }, options);
  await deps.metadata.describe(description, options);
  const writer = await deps.cache.write(plan.snapshot, { ...options, files: plan.files.map(expected), force });
  const tally = newTally();
  let failed = true;
  try {
    // Somebody may have removed it before it was leased.
    await deps.metadata.describe(description, options);
    const growth = { registry, plan, writer, tally, force, donors: donorsFor(deps, request), waiting: tellWaiting(deps.logger) };
    const early = await gate.before(writer, (files) => fetchFiles(deps, { ...growth, snapshot: plan.snapshot, files }, options), options);
    const members = await growSnapshot(deps, { ...growth, files: plan.files.filter((file) => !early.includes(file)) }, options);
    await gate.after(writer, members, options);
    const record = await moveName(deps, plan, options);
    await warnOfCode(deps, { directory: writer.path, reference: request.reference }, options);
    const files = [...plan.files.map((file) => ({ path: file.path, size: file.blob.size })), ...members];
    failed = false;
    return {
      reference: request.reference,
      snapshot: plan.snapshot,
      directory: writer.path,
      files: files.map((file) => file.path),
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      leftOut: plan.leftOut,
      fetched: tally.fetched,
      linked: tally.linked,
      donated: Object.fromEntries(tally.donated),
      ...(record && { record }),
    };
  } finally {
    if (gate.refused()) await writer.withdraw?.();
    await writer.close();
    if (failed) await removeUnlessNeeded(deps, { snapshot: plan.snapshot, isRefused: gate.refused()?.isNew ?? false });
  }
}

function expected({ path, blob: { size, digest } }: RemoteFile): ExpectedFile {
  return { path, size, digest };
}

type Growth = {
  registry: Registry;
  plan: Awaited<ReturnType<typeof planDownload>>;
  writer: SnapshotWriter;
  tally: Tally;
  force: boolean;
  donors: readonly Donor[];
  waiting: Waiting;
};

async function growSnapshot(
  deps: DownloadDeps,
  growth: Growth & { readonly files: readonly RemoteFile[] },
  options: CallOptions,
): Promise<readonly VerifiedFile[]> {
  const { plan } = growth;
  await fetchFiles(deps, { ...growth, snapshot: plan.snapshot }, options);
  const members = await fetchArchives(deps, { ...growth, snapshot: plan.snapshot }, options);
  if (plan.files.length + members.length > 0) return members;
  throw new IlabError('E_NOT_A_MODEL', `${plan.reference.canonical} is an ordinary image: it has no files under /models and names none.`, {
    hint: 'A model is an artifact whose layers are named files, or an image with its files under /models (ModelCar).',
  });
}

async function moveName(deps: DownloadDeps, plan: Growth['plan'], options: CallOptions): Promise<VersionRecord | undefined> {
  if (plan.snapshot.version === undefined) return undefined;
  const record = movedRecord(plan, { name: plan.snapshot.version, now: deps.clock.now().toISOString() });
  await deps.metadata.moveVersion(plan.snapshot, record, options);
  return record;
}

/** Says which files run code when they are loaded, once the model is here. */
async function warnOfCode(
  deps: DownloadDeps,
  { directory, reference }: { readonly directory: string; readonly reference: RemoteReference },
  options: CallOptions,
): Promise<void> {
  const [first, ...others] = await deps.reader.code(directory, options);
  if (!first) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  deps.logger.warn(
    `${reference.canonical} has files that run code when they are loaded: ${first.file} (${first.why})${more}. Load it only if you trust its makers; \`ilab model inspect\` shows all.`,
  );
}

/** What failed before its first file, or is not to be trusted, leaves no trace but the partial bytes that the next try goes on from. */
async function removeUnlessNeeded(
  deps: DownloadDeps,
  { snapshot, isRefused }: { readonly snapshot: RemoteSnapshot; readonly isRefused: boolean },
): Promise<void> {
  try {
    const stored = await deps.cache.snapshot(snapshot, {});
    if (isRefused || stored?.files.length === 0) await deps.cache.remove(snapshot, {});
  } catch (error) {
    deps.logger.debug(`could not tidy up: ${isIlabError(error) ? error.message : String(error)}`);
  }
}

/** What another tool has may need no space at all; where it has to be copied after all, whoever copies looks again. */
async function checkSpace(
  deps: DownloadDeps,
  { plan, request }: { readonly plan: Growth['plan']; readonly request: DownloadRequest },
  options: CallOptions,
): Promise<void> {
  const donations = await planDonations(deps, { plan, request }, options);
  const spared = plan.files.reduce((sum, file) => (donations.has(file.path) ? sum + file.blob.size : sum), 0);
  if (plan.needed - spared > plan.available) {
    const hint = 'Free some space (`ilab model list` shows sizes, `ilab model remove` removes), or use another disk with --store.';
    throw noSpace({ what: 'The download needs', needed: plan.needed - spared, available: plan.available, path: deps.cache.directory, hint });
  }
}
