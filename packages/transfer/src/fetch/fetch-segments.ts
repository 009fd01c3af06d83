import type { CallOptions, FetchRequest } from '@ilab/core';
import type { FileFollower } from '../thread/file-threads.ts';
import type { Coverage } from './coverage.ts';
import type { FetchDeps } from './fetch-blob.ts';
import { fetchSegment, StartAgain } from './fetch-segment.ts';
import type { Journal, Partial } from './journal.ts';
import type { SharedLocation } from './shared-location.ts';

export interface SegmentsRequest extends FetchRequest {
  readonly coverage: Coverage;
  readonly file: number;
  readonly location: SharedLocation;
  readonly follower: FileFollower | undefined;
  readonly journal: Journal;
  readonly partial: Partial;
  /** One connection only: the server knows no ranges. */
  readonly alone: boolean;
  /** Starts writing dirty pages back, so that the last sync is short. */
  readonly flush: () => Promise<void>;
}

/** Where there is a journal it is written at least this often, in milliseconds, and connections are added one at a time. */
const TICK = 250;
/** It is also written whenever so many bytes came, or this part of the blob: what a sudden end costs stays small, and so does the journal's share. */
const JOURNAL_EVERY = 1024 * 1024;
const JOURNAL_SHARE = 1 / 32;
/** A connection that brings more than this, in bytes a second, leaves no room for another to bring more. */
const FAST_ENOUGH = 100 * 1024 * 1024;
/** Small, so that the disk is never far behind: one long flush holds the writer up more than many short ones do (measured, see tools/bench). */
const FLUSH_EVERY = 64 * 1024 * 1024;

/**
 * Fetches all segments, in order, over as many connections as bring something: one to begin with, and as long as it is fast it has
 * the blob to itself; another at each tick while they are slow and the budget allows it. The first failure ends the others.
 */
export async function fetchSegments(deps: FetchDeps, request: SegmentsRequest, options: CallOptions): Promise<void> {
  const { coverage, journal, task, follower } = request;
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const etag = sameEtag(request.partial.etag);
  const workers = new Set<Promise<void>>();
  let [bytes, flushed] = [coverage.total(), coverage.total()];
  let flushing: Promise<void> | undefined;
  const journalEvery = Math.max(JOURNAL_EVERY, request.size * JOURNAL_SHARE);
  let [journaled, counted] = [coverage.total(), coverage.total()];
  let inOrder = coverage.frontier() === coverage.total();

  const onBytes = (): void => {
    follower?.advance(coverage.frontier());
    const total = coverage.total();
    task?.at(total);
    deps.budget.count(total - counted);
    counted = total;
    if (!inOrder && total - journaled >= journalEvery) save();
    if (total - flushed >= FLUSH_EVERY && !flushing) flush(total);
  };
  const flush = (total: number): void => {
    flushed = total;
    flushing = request.flush().then(
      () => {
        flushing = undefined;
      },
      (error: unknown) => failure.abort(error),
    );
  };
  const onHeaders = (headers: Readonly<Record<string, string>>): void => {
    // Whatever place it comes from, the digest has the last word.
    if (request.location.several) return;
    const known = etag.value;
    etag.check(headers);
    if (etag.value !== known) save();
  };
  const work = async (): Promise<void> => {
    const giveBack = await deps.budget.take(signal);
    try {
      for (let segment = coverage.take(); segment; segment = coverage.take()) {
        try {
          await fetchSegment({ ...deps, ...request, segment, signal, onHeaders, onBytes });
        } catch (error) {
          coverage.giveBack(segment);
          throw error;
        }
      }
    } finally {
      giveBack();
    }
  };
  const addWorker = (): void => {
    const worker = work();
    workers.add(worker);
    worker.then(
      () => workers.delete(worker),
      (error) => failure.abort(error),
    );
  };
  const share = (): void => {
    coverage.divide();
    if (!coverage.waits()) return;
    inOrder = false;
    save();
    addWorker();
  };
  const save = (): void => {
    journaled = coverage.total();
    journal.write({ ranges: coverage.ranges(), inOrder, ...(etag.value !== undefined && { etag: etag.value }) });
  };
  const tick = setInterval(() => {
    if (!inOrder) save();
    const now = coverage.total();
    const perConnection = ((now - bytes) * 1000) / TICK / Math.max(1, workers.size);
    bytes = now;
    if (!request.alone && perConnection < FAST_ENOUGH && now > 0 && deps.budget.spare) share();
  }, TICK);

  try {
    addWorker();
    while (workers.size > 0) await Promise.all(workers);
    await flushing;
    failure.signal.throwIfAborted();
  } catch (error) {
    // Those who were stopped for it may be heard before the one who failed.
    const cause: unknown = failure.signal.aborted ? failure.signal.reason : error;
    failure.abort(error);
    await Promise.allSettled(workers);
    await flushing?.catch(() => undefined);
    if (!inOrder && !(cause instanceof StartAgain)) save();
    throw options.signal?.aborted ? options.signal.reason : cause;
  } finally {
    clearInterval(tick);
  }
}

/** All ranges of a file must be of one state of it; a weak validator says nothing about bytes (RFC 9110, 8.8.1). */
function sameEtag(known: string | undefined): { readonly value: string | undefined; check(headers: Readonly<Record<string, string>>): void } {
  let value = known;
  return {
    get value() {
      return value;
    },
    check({ etag }) {
      if (etag === undefined || etag.startsWith('W/')) return;
      value ??= etag;
      if (etag !== value) throw new StartAgain('it changes while it is read');
    },
  };
}
