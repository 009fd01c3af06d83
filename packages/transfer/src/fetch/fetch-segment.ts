import { setTimeout as sleep } from 'node:timers/promises';
import { IlabError, isIlabError } from '@ilab/core';
import type { Connections } from '../http/dispatcher.ts';
import { isHopeless, networkError } from '../http/network-error.ts';
import { isPassing, MOST_RETRIES, retryDelay } from '../http/retry-policy.ts';
import { followRedirect, type Hop, isRedirect, MOST_REDIRECTS } from '../http/url-rules.ts';
import type { NetworkOptions } from '../options.ts';
import type { FileFollower } from '../thread/file-threads.ts';
import type { Segment } from './coverage.ts';
import { AT_FULL_SPEED, type Pace } from './pace.ts';
import { type DirectRead, readDirectly } from './read-directly.ts';
import type { RangeAnswer } from './range-answer.ts';
import { readRange } from './read-range.ts';
import type { Located, SharedLocation } from './shared-location.ts';

export interface SegmentFetch {
  readonly connections: Connections;
  readonly options: NetworkOptions;
  readonly pace: Pace;
  readonly follower: FileFollower | undefined;
  readonly location: SharedLocation;
  readonly segment: Segment;
  readonly size: number;
  readonly file: number;
  readonly onHeaders: (headers: Readonly<Record<string, string>>) => void;
  readonly onBytes: () => void;
  readonly signal: AbortSignal | undefined;
}

/** What is here and what the server has don't fit together: everything starts again. */
export class StartAgain extends Error {}

/** The server answers a range with the whole: only one connection that begins at the start can bring it. */
export class WholeOnly extends StartAgain {}

/** Bytes that make up for failures. Fewer, and a server that trickles would be asked for days. */
const PROGRESS = 16 * 1024;

/**
 * Fetches one segment to its end, through broken connections, passing errors and expired addresses, and from the next place where one
 * can't bring it. Progress makes up for failures: only so many in a row without any end it.
 * @throws IlabError, {@link StartAgain}, or what the signal was aborted with
 */
export async function fetchSegment(fetch: SegmentFetch): Promise<void> {
  let [failures, refusals] = [0, 0];
  let credited = fetch.segment.done;
  for (;;) {
    const outcome = await attempt(fetch);
    if (outcome === undefined) return;
    const isProgress = fetch.segment.done - credited >= PROGRESS;
    if (isProgress) credited = fetch.segment.done;
    failures = isProgress ? 1 : failures + 1;
    refusals = outcome.isRefusal ? refusals + 1 : 0;
    if (goesOnElsewhere(fetch, outcome, failures)) {
      [failures, refusals] = [0, 0];
      continue;
    }
    if (outcome.isFinal || failures > MOST_RETRIES || refusals > MOST_REFUSALS) throw outcome.error;
    await sleep(retryDelay(failures, outcome.headers), undefined, fetch.signal && { signal: fetch.signal });
  }
}

type Failure = {
  readonly error: unknown;
  readonly located: Located;
  readonly headers?: Readonly<Record<string, string>>;
  /** The server lets nobody have it who asks like this. */
  readonly isRefusal?: true;
  /** No retry can mend it. */
  readonly isFinal?: true;
};

/** An address may have expired, and the next one may be as old; then it is refused for good. */
const MOST_REFUSALS = 2;
/** Where there is another place, nobody waits long for this one. */
const FEW_RETRIES = 1;

/** Whether it is given up where it is, because there is another place. */
function goesOnElsewhere({ location, options }: SegmentFetch, { error, located, isFinal }: Failure, failures: number): boolean {
  if (error instanceof WholeOnly || !(isFinal || failures > patience(error))) return false;
  if (!location.giveUp(isIlabError(error) ? error.code : 'E_REGISTRY', located)) return false;
  options.logger?.debug(`${located.hop.url.host} does not bring it: ${error instanceof Error ? error.message : String(error)}`);
  return true;
}

/** Failures in a row that a place is worth where there is another. Who was silent for long has had their time. */
function patience(error: unknown): number {
  if (!isIlabError(error)) return FEW_RETRIES;
  const wasSilent = /TIMEOUT|TIMEDOUT/.test(String(error.details?.['cause']));
  return wasSilent || isHopeless(error) || error.code === 'E_RATE_LIMITED' ? 0 : FEW_RETRIES;
}

/** @returns undefined when the segment is done; throws what no place can mend */
async function attempt(fetch: SegmentFetch): Promise<Failure | undefined> {
  const { location, signal } = fetch;
  const located = await location.current({ signal });
  try {
    const answer = await readFollowing(fetch, located);
    if (answer.kind === 'ok') return undefined;
    if (answer.kind === 'whole') throw new WholeOnly('the server sends whole files only');
    return judgeStatus(fetch, located, answer);
  } catch (error) {
    signal?.throwIfAborted();
    if (isDiskError(error)) throw error;
    if (error instanceof StartAgain) return { error, located, isFinal: true };
    const problem = networkError(error, located.hop.url);
    return { error: problem, located, ...(!(isIlabError(problem) && problem.retryable) && { isFinal: true as const }) };
  }
}

async function readFollowing(fetch: SegmentFetch, located: Located): Promise<RangeAnswer> {
  let { hop } = located;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const reached = hop;
    const onHeaders: SegmentFetch['onHeaders'] = (headers) => {
      if (redirects > 0) fetch.location.settled(located, reached);
      fetch.onHeaders(headers);
    };
    const answer = await readOne({ ...fetch, onHeaders }, hop);
    if (answer.kind !== 'status' || !isRedirect(answer.status)) return answer;
    hop = followRedirect(hop, answer.headers['location'], fetch.options.registries);
  }
  throw new IlabError('E_REGISTRY', `${located.hop.url.host} redirects without end.`, { side: 'source' });
}

/**
 * From so many bytes on a connection of its own pays for itself. Parts come where connections are slow: there a new one for each costs more
 * than is won.
 */
const WORTH_A_CONNECTION = { whole: 16 * 1024 * 1024, part: 64 * 1024 * 1024 };

async function readOne(fetch: SegmentFetch, hop: Hop): Promise<RangeAnswer> {
  const { segment, connections, size } = fetch;
  const missing = segment.end - segment.start - segment.done;
  const isWhole = segment.start === 0 && segment.end === size;
  const direct = missing >= WORTH_A_CONNECTION[isWhole ? 'whole' : 'part'] ? connections.direct(hop.url) : undefined;
  const read = { ...fetch, hop, stallAfter: connections.stallAfter };
  return (direct && (await readOwn({ ...read, ...direct }))) ?? readRange({ ...read, dispatcher: await connections.for(hop.url) });
}

/** A file alone is written here while a thread hashes it; of several each is its thread's, which then need not read it back. */
function readOwn(read: DirectRead & Pick<SegmentFetch, 'follower' | 'onBytes'>): Promise<RangeAnswer | undefined> {
  const { follower, pace } = read;
  return follower?.isOneOfMany && pace === AT_FULL_SPEED ? follower.read(read) : readDirectly(read);
}

function judgeStatus(
  { location }: SegmentFetch,
  located: Located,
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
): Failure {
  const { host } = located.hop.url;
  if (status === 416) throw new StartAgain('the server has other bytes than it said');
  if (status === 401 || status === 403) {
    location.refuse(located);
    const code = status === 401 ? 'E_UNAUTHORIZED' : 'E_FORBIDDEN';
    return {
      located,
      error: new IlabError(code, `${host} refuses the file (${status}).`, {
        hint: 'Check your credentials for that host, and that they may read it.',
        side: 'source',
      }),
      isRefusal: true,
    };
  }
  if (status === 404 || status === 410 || status === 412)
    throw new IlabError('E_NOT_FOUND', `${host} no longer has the file (${status}).`, { side: 'source', hint: 'The repository may have changed: try again.' });
  if (status === 429)
    return {
      located,
      error: new IlabError('E_RATE_LIMITED', `${host} asks to slow down.`, { hint: 'Wait some minutes: what arrived is kept.', retryable: true }),
      headers,
    };
  const error = new IlabError('E_REGISTRY', `${host} answers with status ${status}.`, {
    hint: 'Try again later: what arrived is kept.',
    retryable: isPassing(status),
    side: 'source',
  });
  if (isPassing(status)) return { located, error, headers };
  throw error;
}

/** What the disk says passes through untouched: retrying the network would not help. */
function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write';
}
