import { type CallOptions, type HttpBody, type HttpResponse, type IlabError, isIlabError } from '@ilab/core/adapter';
import { pushing } from '../access.ts';
import type { RepositoryClient } from '../repository-client.ts';
import type { PartReader } from './part-reader.ts';

/** Some bytes of a blob on their way. */
export interface Part {
  readonly url: string;
  readonly method: 'PATCH' | 'PUT';
  readonly reader: PartReader;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  /** Sees how many bytes went out. */
  readonly onSent: (bytes: number) => void;
}

/** Milliseconds for which a token must be good before bytes go out: they are not to be sent twice. */
const GOOD_FOR = 60_000;
/** Milliseconds, and bytes a millisecond, that a registry has to write and hash what it got: a chunk, or all of a blob at its end. */
const PATIENCE = 120_000;
const SLOWEST = 20_000;

/**
 * Sends a part, once.
 * @returns the answer, or that the connection broke, or the registry has a bad moment: then how far it came is to be asked
 * @throws IlabError as `Pusher.push`, and what the content throws: that it can't be read is not the registry's fault
 */
export async function sendPart(client: RepositoryClient, part: Part, options: CallOptions): Promise<Sent> {
  const { url, method, start, end, size } = part;
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
  if (method === 'PATCH') headers['content-range'] = `${start}-${end - 1}`;
  const body = end > start ? bodyOf(part) : '';
  const request = { url, method, headers, body, answerWithin: PATIENCE + Math.round((method === 'PUT' ? size : end - start) / SLOWEST), once: true };
  try {
    const answer = await client.authorizer.send(request, { ...pushing(client.repository), goodFor: GOOD_FOR }, options);
    return answer.status === 408 || answer.status >= 500 ? { broke: true, answer } : { broke: false, answer };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (part.reader.failure !== undefined) throw part.reader.failure;
    if (isIlabError(error) && error.retryable && (error.code === 'E_NETWORK' || error.code === 'E_RATE_LIMITED')) return { broke: true, error };
    throw error;
  }
}

export type Sent =
  | { readonly broke: false; readonly answer: HttpResponse }
  | { readonly broke: true; readonly answer?: HttpResponse; readonly error?: IlabError };

function bodyOf({ reader, start, end, onSent }: Part): HttpBody {
  return {
    size: end - start,
    async *open() {
      for await (const bytes of reader.read({ start, end })) {
        yield bytes;
        onSent(bytes.length);
      }
    },
  };
}
