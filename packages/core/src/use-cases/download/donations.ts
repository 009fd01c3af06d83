import { redact } from '../../errors/redact.ts';
import { digestParts } from '../../model/digest.ts';
import type { RemoteFile } from '../../model/snapshot.ts';
import type { SnapshotWriter } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Donation, Donor } from '../../ports/donor.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ProgressTask } from '../../ports/progress.ts';
import type { DownloadDeps } from './deps.ts';
import type { DownloadPlan, DownloadRequest } from './plan-download.ts';
import type { Tally } from './tally.ts';

/** The tools to ask: none where everything is to be fetched again, or where nobody wants them asked. */
export function donorsFor(deps: Pick<DownloadDeps, 'donors' | 'settings'>, request: Pick<DownloadRequest, 'force' | 'donors'>): readonly Donor[] {
  const wanted = request.force !== true && (request.donors ?? deps.settings.donors ?? true);
  return wanted ? (deps.donors ?? []) : [];
}

/** Which tools seem to have what a plan would fetch, by path. Nothing is taken, and nothing but names and sizes need have been looked at. */
export async function planDonations(
  deps: Pick<DownloadDeps, 'donors' | 'settings'>,
  { plan, request }: { readonly plan: DownloadPlan; readonly request: DownloadRequest },
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const donors = donorsFor(deps, request);
  const tools = new Map<string, string>();
  for (const file of plan.files) {
    const tool = plan.here.has(file.path) ? undefined : await firstTool(file, donors, options);
    if (tool !== undefined) tools.set(file.path, tool);
  }
  return tools;
}

async function firstTool(file: RemoteFile, donors: readonly Donor[], options: CallOptions): Promise<string | undefined> {
  const wanted = wantedOf(file);
  for (const donor of wanted ? donors : []) {
    const donation = wanted && (await donor.find(wanted, options));
    if (donation) return donation.tool;
  }
  return undefined;
}

interface Adopting {
  readonly file: RemoteFile;
  readonly donors: readonly Donor[];
  readonly writer: SnapshotWriter;
  readonly tally: Tally;
  readonly task: ProgressTask;
}

/** Puts a file in place from the first tool that really has its bytes. @returns whether one had */
export async function adoptDonated(deps: Pick<DownloadDeps, 'logger'>, { file, donors, ...to }: Adopting, options: CallOptions): Promise<boolean> {
  const wanted = wantedOf(file);
  for (const donor of wanted ? donors : []) {
    const donation = wanted && (await donor.find(wanted, options));
    if (!donation || !(await adoptFrom({ ...deps, ...to }, { file: { ...wanted, path: file.path }, donation }, options))) continue;
    to.tally.linked += wanted.size;
    to.tally.donated.set(donation.tool, (to.tally.donated.get(donation.tool) ?? 0) + wanted.size);
    return true;
  }
  return false;
}

/** Takes one donation. Bytes that are not what their name says are told, since their tool will not find out by itself. */
export async function adoptFrom(
  { writer, logger, task }: { readonly writer: SnapshotWriter; readonly logger: Logger; readonly task: ProgressTask },
  { file, donation }: { readonly file: Parameters<SnapshotWriter['adopt']>[0]; readonly donation: Donation },
  options: CallOptions,
): Promise<boolean> {
  const outcome = await writer.adopt(file, donation, { ...options, task });
  if (outcome === 'unlike') logger.warn(redact(`${donation.path} (${donation.tool}) is damaged: its bytes are not those of its name. It was not used.`));
  return outcome === 'adopted';
}

function wantedOf({ blob }: RemoteFile): { readonly sha256: string; readonly size: number } | undefined {
  const { algorithm, hex } = digestParts(blob.digest);
  return algorithm === 'sha256' ? { sha256: hex, size: blob.size } : undefined;
}
