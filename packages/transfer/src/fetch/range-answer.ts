import { IlabError } from '@ilab/core';
import type { Hop } from '../http/url-rules.ts';

/** How a request ended: `ok` when all of it came; anything else is the caller's to judge. */
export type RangeAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** 200 to a range that does not start at zero: the server sends whole files only. */
  | { readonly kind: 'whole' };

/** Some servers refuse to send files as large as this without a range: the Hub's does from about 50 GB on. */
const RANGES_ONLY = 16 * 1024 ** 3;

/** A closed range, or none for the whole: some servers break on ranges that nobody needs. */
export function rangeHeaders({ from, end, size }: { readonly from: number; readonly end: number; readonly size: number }): Record<string, string> {
  const isWhole = from === 0 && end === size && size < RANGES_ONLY;
  return { 'accept-encoding': 'identity', ...(!isWhole && { range: `bytes=${from}-${end - 1}` }) };
}

type Judged = { status: number; headers: Readonly<Record<string, string>>; from: number; end: number; size: number };

/** @returns undefined when the bytes that follow are those that were asked for */
export function judge({ status, headers, from, end, size }: Judged): RangeAnswer | undefined {
  if (status === 206) {
    const sent = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const fits = sent && Number(sent[1]) === from && Number(sent[2]) === end - 1 && (sent[3] === '*' || Number(sent[3]) === size);
    return fits ? undefined : { kind: 'status', status: 416, headers };
  }
  if (status !== 200) return { kind: 'status', status, headers };
  return from === 0 && end === size ? undefined : { kind: 'whole' };
}

export function tooMuch({ url }: Hop): IlabError {
  return new IlabError('E_INTEGRITY', `${url.host} sends more bytes than the file has.`, { side: 'source' });
}
