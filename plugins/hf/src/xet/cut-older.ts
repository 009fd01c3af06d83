import { type CallOptions, type DeliverySite, forEachAtOnce, type OlderFile } from '@ilab/plugin-api';
import { HASH } from './codec/hashes.ts';
import type { PlacedTerm } from './plan.ts';
import type { AskThread, XetThreads } from './xet-threads.ts';

/** Chunks of a xorb that lie in a file on this machine, one after the other. */
export interface LocalRun {
  readonly xorb: string;
  readonly start: number;
  readonly end: number;
  /** Where the first one begins in the file. */
  readonly at: number;
  readonly lengths: readonly number[];
  /** One after the other. */
  readonly hashes: Uint8Array;
}

/** Bytes that are read and cut at once. */
const PIECE = 1024 * 1024;

/**
 * Finds out where the chunks of an older file begin, by cutting it again: nobody says how long they are. Each term begins and ends with a
 * chunk, so that its count and bytes show whether it was cut as the storage has it.
 * @returns undefined where it was not
 */
export async function cutOlder(
  { older, terms }: { readonly older: OlderFile; readonly terms: readonly PlacedTerm[] },
  { site, threads }: { readonly site: DeliverySite; readonly threads: XetThreads },
  { signal }: CallOptions,
): Promise<readonly LocalRun[] | undefined> {
  const once = new Map(terms.map((term) => [`${term.xorb} ${term.start} ${term.end}`, term]));
  const runs: LocalRun[] = [];
  let fits = true;
  await forEachAtOnce([...once.values()], { limit: threads.count, signal }, async (term) => {
    if (!fits) return;
    const run = await threads.use((ask) => cutTerm(term, { older, site, ask }));
    if (run) runs.push(run);
    else fits = false;
  });
  return fits ? runs : undefined;
}

type Cutting = { readonly older: OlderFile; readonly site: DeliverySite; readonly ask: AskThread };

async function cutTerm(term: PlacedTerm, { older, site, ask }: Cutting): Promise<LocalRun | undefined> {
  const lengths: number[] = [];
  const hashes: Uint8Array[] = [];
  // The thread gives the bytes back: fresh ones would be more than is ever in use.
  let bytes = new Uint8Array(Math.min(PIECE, term.length));
  for (let done = 0; done < term.length; done += PIECE) {
    const size = Math.min(PIECE, term.length - done);
    await site.read(older, { from: term.at + done, into: bytes.subarray(0, size) });
    const chunks = await ask({ kind: 'cut', bytes, size, isFirst: done === 0, isLast: done + size === term.length });
    bytes = chunks.bytes;
    lengths.push(...chunks.lengths);
    hashes.push(chunks.hashes);
  }
  if (lengths.length !== term.end - term.start) return undefined;
  return { ...term, lengths, hashes: concat(hashes, lengths.length * HASH) };
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
