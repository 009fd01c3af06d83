import { setTimeout as sleep } from 'node:timers/promises';
import { type CallOptions, type DeliverySite, IlabError, isIlabError } from '@ilab/plugin-api';
import { chunkBatches } from './chunk-batches.ts';
import { HASH } from './codec/hashes.ts';
import type { Leaves } from './leaves.ts';
import type { FetchedRange, PlacedTerm } from './plan.ts';
import type { Renew } from './renewal.ts';
import type { XetChunks } from './xet-messages.ts';
import type { XetThreads } from './xet-threads.ts';

export interface RangeFetch extends FetchedRange {
  readonly site: DeliverySite;
  readonly threads: XetThreads;
  readonly leaves: Leaves;
  /** Asks for the addresses again; the same range with a fresh one. */
  readonly renew: Renew;
}

const MOST_TRIES = 4;
/** A fresh address that is refused, too, is refused for good. */
const MOST_REFUSALS = 2;
const DELAY = 500;

/**
 * Fetches a range of a xorb to its end, and writes its chunks to wherever the file has them. Each try begins at the start: an address is
 * good for all of its bytes or none.
 * @throws IlabError E_FORBIDDEN, E_INTEGRITY, E_NETWORK, E_REGISTRY
 */
export async function fetchRange(fetch: RangeFetch, options: CallOptions): Promise<void> {
  let { range } = fetch;
  let refusals = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryRange({ ...fetch, range }, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isIlabError(error) || !error.retryable || attempt === MOST_TRIES) throw error;
      if (error.code === 'E_FORBIDDEN') {
        if (++refusals === MOST_REFUSALS) throw error;
        range = await fetch.renew(range, options);
      } else await sleep(DELAY * 2 ** (attempt - 1), undefined, options);
    }
  }
}

async function tryRange(fetch: RangeFetch, options: CallOptions): Promise<void> {
  const { range, terms, site, threads } = fetch;
  const { status, body } = await site.get({ url: range.url, headers: {}, from: range.from, to: range.to }, options);
  if (status !== 206) throw refused(status, new URL(range.url).host);
  const places: readonly Place[] = terms.map((term) => ({ term, at: term.at }));
  const under = new Set<Promise<void>>();
  let first = range.start;
  try {
    for await (const { packed, lengths } of chunkBatches(body, range.end - range.start)) {
      const parts = partsOf(places, { lengths, first });
      first += lengths.length;
      const work = threads
        .use((ask) => ask({ kind: 'unpack', packed, count: lengths.length, size: sum(lengths) }))
        .then((chunks) => put(fetch, { chunks, lengths, parts }));
      under.add(work);
      work.then(
        () => under.delete(work),
        () => undefined,
      );
      // What waits for a thread is in memory.
      if (under.size > 1) await Promise.race(under);
    }
    await Promise.all(under);
  } finally {
    await Promise.allSettled(under);
  }
  if (places.some(({ term, at }) => at !== term.at + term.length)) throw wrongLength();
}

/** The part of a batch that a term has. */
interface Part {
  readonly term: PlacedTerm;
  /** Chunks of the batch, the second exclusive. */
  readonly from: number;
  readonly to: number;
  /** Which chunk of the term the first one is. */
  readonly chunk: number;
  /** Where it begins in the file. */
  readonly at: number;
}

type Place = { readonly term: PlacedTerm; at: number };

/** Works out where each term’s part of a batch goes; how long chunks are tells only as they come. */
function partsOf(places: readonly Place[], { lengths, first }: { readonly lengths: readonly number[]; readonly first: number }): readonly Part[] {
  return places.flatMap((place) => {
    const { term, at } = place;
    const [from, to] = [Math.max(term.start - first, 0), Math.min(term.end - first, lengths.length)];
    if (from >= to) return [];
    place.at += sum(lengths.slice(from, to));
    if (place.at > term.at + term.length) throw wrongLength();
    return [{ term, from, to, chunk: first + from - term.start, at }];
  });
}

type Put = { readonly chunks: XetChunks; readonly lengths: readonly number[]; readonly parts: readonly Part[] };

function put({ site, leaves }: RangeFetch, { chunks, lengths, parts }: Put): void {
  const starts = [0];
  for (const length of lengths) starts.push((starts.at(-1) ?? 0) + length);
  for (const { term, from, to, chunk, at } of parts) {
    site.write(at, chunks.bytes.subarray(starts[from], starts[to]));
    leaves.put(term, chunk, { lengths: lengths.slice(from, to), hashes: chunks.hashes.subarray(from * HASH, to * HASH) });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function wrongLength(): IlabError {
  return new IlabError('E_INTEGRITY', 'What came of a xorb makes no sense: its chunks are longer or shorter than was said.', { side: 'source' });
}

function refused(status: number, host: string): IlabError {
  const isRefusal = status === 401 || status === 403;
  return new IlabError(isRefusal ? 'E_FORBIDDEN' : 'E_REGISTRY', `${host} does not give the xorb away (${status}).`, {
    retryable: isRefusal || status === 429 || status >= 500,
    side: 'source',
  });
}
