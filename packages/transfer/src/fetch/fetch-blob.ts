import { closeSync, fdatasync, fsync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { type CallOptions, digestParts, type FetchRequest, type FetchResult, IlabError } from '@ilab/core';
import { deliverBlob } from '../delivery/deliver-blob.ts';
import { hashFile } from '../hash/hash-file.ts';
import type { Hashes } from '../hash/hashes.ts';
import type { Connections } from '../http/dispatcher.ts';
import type { NetworkOptions } from '../options.ts';
import type { FileThreads } from '../thread/file-threads.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { createCoverage } from './coverage.ts';
import { diskError, isFailedSync } from './disk-error.ts';
import { StartAgain, WholeOnly } from './fetch-segment.ts';
import { fetchSegments } from './fetch-segments.ts';
import { createJournal, type Partial } from './journal.ts';
import type { Pace } from './pace.ts';
import { type SharedLocation, shareLocation } from './shared-location.ts';

export interface FetchDeps {
  readonly connections: Connections;
  readonly budget: ConnectionBudget;
  readonly pace: Pace;
  readonly threads: FileThreads;
  readonly options: NetworkOptions;
}

/** Below this a thread costs more than it brings. */
const WORTH_A_THREAD = 8 * 1024 * 1024;
const sync = promisify(fsync);
const syncData = promisify(fdatasync);

/**
 * Fetches one blob into a partial file, hashed while it comes and synced at the end. Bytes of an earlier try count only once the
 * hash of the whole has proved them; if they were wrong, it starts again once, and once more for every other place that has it. Where
 * nothing can prove them, they don't count. After a failed sync nothing is kept.
 */
export async function fetchBlob(deps: FetchDeps, request: FetchRequest, options: CallOptions): Promise<FetchResult> {
  const journal = createJournal(request.target, request);
  const delivered = await deliverBlob(deps, { ...request, journal }, options);
  const { linked } = delivered;
  let { fetched } = delivered;
  if (delivered.sha256 !== undefined) {
    journal.remove();
    return { fetched, linked, sha256: delivered.sha256 };
  }
  const isProvable = digestParts(request.digest).algorithm !== 'etag';
  let alone = false;
  const location = shareLocation(request.locate, { userAgent: deps.options.userAgent, registries: deps.options.registries });
  for (let fresh = false; ; fresh = true) {
    const partial = fresh || !isProvable ? { ranges: [] } : journal.read();
    const resumed = bytesOf(partial);
    try {
      const done = await fetchOnce(deps, { ...request, journal, partial, alone, location }, options);
      fetched += request.size - resumed;
      journal.remove();
      return { fetched, linked, sha256: done.sha256 };
    } catch (error) {
      const wrong = error instanceof IlabError && error.code === 'E_INTEGRITY';
      const again = (!fresh && (error instanceof StartAgain || (wrong && resumed > 0))) || (wrong && location.giveUp(error.code));
      if (wrong || error instanceof StartAgain || isFailedSync(error)) discard(request.target, journal);
      alone = error instanceof WholeOnly;
      if (!again) throw finalError(error, request.target, request.size - bytesOf(journal.read()));
    }
  }
}

function finalError(error: unknown, target: string, missing: number): unknown {
  if (!(error instanceof StartAgain)) return diskError(error, target, missing);
  return new IlabError('E_REGISTRY', `The source can’t be read: ${error.message}.`, { side: 'source', hint: 'Try again later.' });
}

type Attempt = FetchRequest & {
  readonly journal: ReturnType<typeof createJournal>;
  readonly partial: Partial;
  readonly alone: boolean;
  readonly location: SharedLocation;
};

async function fetchOnce(deps: FetchDeps, request: Attempt, { signal }: CallOptions): Promise<Hashes> {
  const { target, size, digest, partial, task, journal } = request;
  const { algorithm, hex } = digestParts(digest);
  const file = openSync(target, partial.ranges.length > 0 ? 'r+' : 'w+', 0o644);
  const coverage = createCoverage(size, partial.ranges);
  if (coverage.frontier() === coverage.total()) startInOrder(file, { ...partial, journal });
  const follower = size >= WORTH_A_THREAD ? deps.threads.follow({ path: target, size, algorithm }) : undefined;
  try {
    task?.at(coverage.total(), { resumed: coverage.total() });
    follower?.advance(coverage.frontier());
    await fetchSegments(deps, { ...request, coverage, file, follower, flush: () => syncData(file) }, { signal });
    ftruncateSync(file, size);
    const [hashes] = await Promise.all([follower ? follower.result : hashFile(target, { size, algorithm }), sync(file)]);
    if (algorithm === 'etag' || hashes[algorithm] === hex) return hashes;
    throw mismatch({ target, expected: digest, actual: `${algorithm}:${hashes[algorithm]}` });
  } finally {
    await follower?.stop();
    closeSync(file);
  }
}

/** From now on the size counts, so nothing may lie behind what arrived. */
function startInOrder(file: number, { journal, ...partial }: Partial & Pick<Attempt, 'journal'>): void {
  if (partial.ranges.length > 0) ftruncateSync(file, bytesOf(partial));
  if (partial.etag === undefined) journal.remove();
  else journal.write({ ...partial, inOrder: true });
}

function bytesOf({ ranges }: Partial): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

function discard(target: string, journal: Attempt['journal']): void {
  journal.remove();
  rmSync(target, { force: true });
}

function mismatch({ expected, actual }: { target: string; expected: string; actual: string }): IlabError {
  return new IlabError('E_INTEGRITY', `The bytes that came are not those that were announced: expected ${expected}, got ${actual}.`, {
    hint: 'Try again; if it stays so, the source or something on the way is broken, and nothing of it was kept.',
    details: { expected, actual },
    side: 'source',
  });
}
