import { isRecord, malformed } from '../shape.ts';
import { LARGEST_CHUNK } from './codec/chunk-header.ts';

/** A run of chunks of one xorb; a file is such runs, one after the other. */
export interface Term {
  /** The xorb’s hash, as hashes are written. */
  readonly xorb: string;
  /** Indices of chunks, the second exclusive. */
  readonly start: number;
  readonly end: number;
  /** Bytes that the chunks unpack to. */
  readonly length: number;
}

/** Packed chunks of a xorb behind a signed address, which is good for exactly these bytes. */
export interface SignedRange {
  readonly xorb: string;
  readonly url: string;
  /** Indices of chunks, the second exclusive. */
  readonly start: number;
  readonly end: number;
  /** Bytes of the xorb, the second exclusive. */
  readonly from: number;
  readonly to: number;
}

/** What a file is made of, and where that is to be had (download-protocol.md). */
export interface Reconstruction {
  readonly terms: readonly Term[];
  readonly ranges: readonly SignedRange[];
}

const HASH = /^[0-9a-f]{64}$/;
/** A xorb has at most 64 MiB, so it can’t have more chunks, nor a range more bytes. */
const LARGEST_XORB = 64 * 1024 * 1024;
const MOST_CHUNKS = LARGEST_XORB / 8;

/**
 * Reads the answer of either version of the API.
 * @param size what the terms must come to
 * @throws IlabError E_REGISTRY for numbers that can’t be
 */
export function readReconstruction(body: unknown, size: number): Reconstruction {
  if (!isRecord(body) || !Array.isArray(body['terms'])) throw malformed('a reconstruction has no terms');
  if ((body['offset_into_first_range'] ?? 0) !== 0) throw malformed('a reconstruction begins in the middle');
  const terms = body['terms'].map(readTerm);
  const total = terms.reduce((sum, term) => sum + term.length, 0);
  if (total !== size) throw malformed(`a reconstruction comes to ${total} bytes, and the file has ${size}`);
  const ranges = isRecord(body['xorbs']) ? flatten(body['xorbs'], readSigned) : flatten(body['fetch_info'], readFetchInfo);
  return { terms, ranges };
}

function readTerm(value: unknown): Term {
  if (!isRecord(value)) throw malformed('a term is no object');
  const { hash, unpacked_length: length, range } = value;
  const { start, end } = readChunkRange(range);
  if (!isHash(hash)) throw malformed('a term has no xorb');
  if (!isWithin(length, end - start, (end - start) * LARGEST_CHUNK)) throw malformed('a term has no length that can be');
  return { xorb: hash, start, end, length };
}

function flatten(byXorb: unknown, read: (xorb: string, entry: unknown) => readonly SignedRange[]): readonly SignedRange[] {
  if (!isRecord(byXorb)) throw malformed('a reconstruction has no addresses');
  return Object.entries(byXorb).flatMap(([xorb, entries]) => {
    if (!isHash(xorb) || !Array.isArray(entries)) throw malformed('a xorb has no addresses');
    return entries.flatMap((entry: unknown) => read(xorb, entry));
  });
}

function readSigned(xorb: string, entry: unknown): readonly SignedRange[] {
  if (!isRecord(entry) || !Array.isArray(entry['ranges'])) throw malformed('an address has no ranges');
  return entry['ranges'].map((range: unknown) => {
    if (!isRecord(range)) throw malformed('a range is no object');
    return readRange({ xorb, url: entry['url'], chunks: range['chunks'], bytes: range['bytes'] });
  });
}

/** The first version of the API: one range an address. */
function readFetchInfo(xorb: string, entry: unknown): readonly SignedRange[] {
  if (!isRecord(entry)) throw malformed('an address is no object');
  return [readRange({ xorb, url: entry['url'], chunks: entry['range'], bytes: entry['url_range'] })];
}

type Raw = { readonly xorb: string; readonly url: unknown; readonly chunks: unknown; readonly bytes: unknown };

function readRange({ xorb, url, chunks, bytes }: Raw): SignedRange {
  const { start, end } = readChunkRange(chunks);
  // Both ends are included here.
  const [from, last] = isRecord(bytes) ? [bytes['start'], bytes['end']] : [];
  if (typeof url !== 'string' || !isWithin(from, 0, LARGEST_XORB) || !isWithin(last, from, LARGEST_XORB)) throw malformed('a range has no bytes that can be');
  return { xorb, url, start, end, from, to: last + 1 };
}

function readChunkRange(range: unknown): { readonly start: number; readonly end: number } {
  const [start, end] = isRecord(range) ? [range['start'], range['end']] : [];
  if (!isWithin(start, 0, MOST_CHUNKS) || !isWithin(end, start + 1, MOST_CHUNKS)) throw malformed('a run of chunks can’t be');
  return { start, end };
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}
