import { type CallOptions, type HttpResponse, IlabError } from '@ilab/core/adapter';
import { malformed } from '../../content/descriptor.ts';
import { abandoning, pushing } from '../access.ts';
import { registryError } from '../registry-error.ts';
import type { RepositoryClient } from '../repository-client.ts';

/** An upload as the registry has it. */
export interface UploadSession {
  /** Where the next request goes; changes with every answer. */
  readonly location: string;
  /** Bytes that the registry has. */
  readonly offset: number;
}

/** Opens an upload (distribution spec, “Pushing a blob”). @throws IlabError as `Pusher.push` */
export async function openSession(client: RepositoryClient, options: CallOptions): Promise<UploadSession> {
  const access = pushing(client.repository);
  const answer = await client.authorizer.send({ url: `${client.base}/blobs/uploads/`, method: 'POST' }, access, options);
  if (answer.status !== 202) throw registryError(answer, client, access.doing);
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0);
  if (Number.isSafeInteger(least) && least > client.habits.chunkSize) client.habits.chunkSize = least;
  return { location: readLocation(answer, client), offset: 0 };
}

/** Asks how far an upload has come. @returns undefined where the registry does not know it any more */
export async function askSession(client: RepositoryClient, location: string, options: CallOptions): Promise<UploadSession | undefined> {
  const answer = await client.authorizer.send({ url: location, redirect: 'manual' }, pushing(client.repository), options);
  const offset = readOffset(answer);
  if (answer.status !== 204 || offset === undefined) return undefined;
  return { location: answer.headers['location'] === undefined ? location : readLocation(answer, client), offset };
}

/** Milliseconds that a registry has to hear that an upload is given up: whoever aborts does not wait. */
const GIVE_UP_WITHIN = 700;

/** Gives an upload up, so that the registry need not keep what was sent. It forgets by itself in the end, so failure is nothing. */
export async function cancelSession(client: RepositoryClient, location: string): Promise<void> {
  const request = { url: location, method: 'DELETE', once: true, redirect: 'manual' } as const;
  await client.authorizer.send(request, abandoning(client.repository), { signal: AbortSignal.timeout(GIVE_UP_WITHIN) }).catch(() => undefined);
}

/**
 * Where the upload goes on: at the same registry and nowhere else, since credentials go there (GHSA-jxpm-75mh-9fp7).
 * @throws IlabError E_FORBIDDEN for another origin, E_REGISTRY for none
 */
export function readLocation({ headers, url }: HttpResponse, client: RepositoryClient): string {
  const text = headers['location'];
  const target = text === undefined || text.length > 16_384 ? null : URL.parse(text, url);
  if (!target) throw malformed('an upload has no address');
  target.hash = '';
  if (target.origin === client.endpoint && target.username === '' && target.password === '') return target.href;
  throw new IlabError('E_FORBIDDEN', `${client.host} wants uploads sent to another address: ${target.protocol}//${target.host}.`, {
    hint: 'Nothing was sent there. If a proxy stands before the registry, it has to pass on the scheme and the host that it was asked for.',
    details: { host: client.host, location: target.origin },
  });
}

/**
 * How many bytes the registry has, from `Range: 0-<last>`; some say `0-0` for none.
 * @returns undefined where it does not say
 */
export function readOffset({ headers }: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(headers['range'] ?? '')?.[1];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}

/** The address that ends an upload. What stands in it already is the registry's, and stays as it is. */
export function closingUrl(location: string, digest: string): string {
  return `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
}
