import { createHash, type Hash } from 'node:crypto';
import { type CallOptions, digestParts, type HttpStream, IlabError, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { pulling } from './access.ts';
import { pause } from './pause.ts';
import { registryError } from './registry-error.ts';
import type { RepositoryClient } from './repository-client.ts';

/** How often a body that breaks is gone on with, without a byte more in between. */
const MOST_BREAKS = 5;

/**
 * Reads a blob, proved by size and digest on the way. A connection that breaks in the middle is gone on with by a range; never is one
 * asked for at the beginning, which some registries do not take.
 * @throws IlabError E_NOT_FOUND, E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY
 */
export async function* readBlob(client: RepositoryClient, { digest, size }: Descriptor, options: CallOptions): AsyncGenerator<Uint8Array> {
  const { algorithm } = digestParts(digest);
  const reading: Reading = { client, url: `${client.base}/blobs/${digest}`, size, hash: createHash(algorithm), at: 0 };
  for (let breaks = 0; ; breaks++) {
    const before = reading.at;
    try {
      yield* readOn(reading, options);
      break;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof BrokenBody && reading.at === size) break;
      if (reading.at > before) breaks = 0;
      // Headers are tried for by the client; only a body that broke is ours.
      if (!(error instanceof BrokenBody)) throw error;
      if (breaks === MOST_BREAKS) throw error.cause;
      await pause(breaks, options);
    }
  }
  const actual = `${algorithm}:${reading.hash.digest('hex')}`;
  if (actual !== digest) throw wrongContent(client.host, { expected: digest, actual });
}

type Reading = { readonly client: RepositoryClient; readonly url: string; readonly size: number; readonly hash: Hash; at: number };

class BrokenBody extends Error {}

async function* readOn(reading: Reading, options: CallOptions): AsyncGenerator<Uint8Array> {
  const { client, url, size, at } = reading;
  const headers = { 'accept-encoding': 'identity', ...(at > 0 && { range: `bytes=${at}-${size - 1}` }) };
  const answer = await client.authorizer.stream({ url, headers }, pulling(client.repository), options);
  try {
    let skip = judge(answer, reading);
    for await (const piece of broken(answer.body)) {
      const bytes = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - bytes.length;
      if (reading.at + bytes.length > size) throw wrongContent(client.host, { expected: size, actual: reading.at + bytes.length });
      reading.hash.update(bytes);
      reading.at += bytes.length;
      if (bytes.length > 0) yield bytes;
    }
  } finally {
    await answer.cancel();
  }
  if (reading.at < size) throw wrongContent(client.host, { expected: size, actual: reading.at });
}

/** @returns how many bytes of the answer are already here */
function judge({ status, headers }: HttpStream, { client, url, size, at }: Reading): number {
  if (status === 200) return at;
  if (status === 404) throw new IlabError('E_NOT_FOUND', `${client.host} has no blob ${url.slice(url.lastIndexOf('/') + 1)} in “${client.repository}”.`);
  if (status !== 206 || at === 0) throw registryError({ status }, client);
  const sent = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const fits = sent && Number(sent[1]) === at && Number(sent[2]) === size - 1 && (sent[3] === '*' || Number(sent[3]) === size);
  if (fits) return 0;
  throw new IlabError('E_REGISTRY', `${client.host} sent another range than the one that was asked for.`, { hint: 'Try again.', retryable: true });
}

async function* broken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw isIlabError(error) && error.code === 'E_NETWORK' ? new BrokenBody('a body broke', { cause: error }) : error;
  }
}

function wrongContent(host: string, { expected, actual }: { readonly expected: string | number; readonly actual: string | number }): IlabError {
  return new IlabError('E_INTEGRITY', `${host} sent content that is not what its descriptor says.`, {
    hint: 'Try again; if it happens again, something between you and the registry changes what it sends.',
    side: 'source',
    details: { expected, actual },
  });
}
