import { type BlobLocation, type CallOptions, type FailedLocation, type Http, type HttpStream, IlabError, type ReadRequest } from '@ilab/core';
import { judge, rangeHeaders } from '../fetch/range-answer.ts';

/** The server lets nobody have it who asks like this: its address may have expired. */
export class Refused extends Error {
  readonly problem: IlabError;

  constructor(problem: IlabError) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Where a blob is read from, and where it was not to be had. */
export interface Place {
  readonly failed: FailedLocation[];
  current: BlobLocation | undefined;
}

export interface Range {
  readonly request: ReadRequest;
  readonly place: Place;
  /** From `start` up to, and without, `end`. */
  readonly start: number;
  readonly end: number;
}

/**
 * One request for what is left. A server that sends the whole of it is read up to where it gets of use.
 * @throws Refused, IlabError E_NETWORK, E_INTEGRITY (too much, or another range), E_NOT_FOUND, E_REGISTRY
 */
export async function* openRange(
  http: Http,
  { request: { registry, snapshot, blob }, place, start, end }: Range,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  place.current = undefined;
  place.current = await registry.locate({ snapshot, blob }, { ...options, failed: place.failed });
  const { url, headers } = place.current;
  const answer = await http.stream({ url, headers: { ...headers, ...rangeHeaders({ from: start, end, size: blob.size }) } }, options);
  try {
    let skip = toSkip(answer, { start, end, size: blob.size });
    let left = end - start;
    const isOpen = skip > 0 || (answer.status === 200 && end < blob.size);
    for await (const piece of answer.body) {
      const useful = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - useful.length;
      if (useful.length > left && !isOpen) throw unlike(answer, 'more bytes than the file has');
      const taken = useful.subarray(0, left);
      left -= taken.length;
      if (taken.length > 0) yield taken;
      if (left === 0 && isOpen) return;
    }
    if (left > 0) throw unlike(answer, 'fewer bytes than the file has');
  } finally {
    await answer.cancel();
  }
}

type Wanted = { readonly start: number; readonly end: number; readonly size: number };

/** @returns bytes of the answer that come before those that were asked for */
function toSkip(answer: HttpStream, { start, end, size }: Wanted): number {
  const judged = judge({ status: answer.status, headers: answer.headers, from: start, end, size });
  if (judged === undefined) return 0;
  if (judged.kind === 'whole') return start;
  const { host } = new URL(answer.url);
  const { status } = answer;
  if (status === 401)
    throw new Refused(new IlabError('E_UNAUTHORIZED', `${host} does not let you have it.`, { hint: 'Log in: ilab login HOST.', side: 'source' }));
  if (status === 403 || status === 400 || status === 410) {
    throw new Refused(new IlabError('E_FORBIDDEN', `${host} refuses it (${status}).`, { hint: 'Check that you may read it.', side: 'source' }));
  }
  if (status === 404) throw new IlabError('E_NOT_FOUND', `${host} does not have it any more.`, { hint: 'Ask again: it may have moved.', side: 'source' });
  throw unlike(answer, status === 206 ? 'another range than was asked for' : `status ${status}`);
}

function unlike({ url }: HttpStream, what: string): IlabError {
  return new IlabError('E_REGISTRY', `${new URL(url).host} answers with ${what}.`, { hint: 'Try again later.', side: 'source' });
}
