import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { isLoopback } from '@ilab/core';
import { ApiError } from './api-error.ts';

export interface GuardOptions {
  /** Address that the server listens at, as it was asked to. */
  readonly host: string;
  /** What whoever asks has to show; absent: nothing. */
  readonly key?: string;
  /** Origins of pages that may ask, as browsers write them. */
  readonly origins: readonly string[];
}

/** Whether nobody but this machine reaches an address to listen at. */
export function isOnlyHere(host: string): boolean {
  return isLoopback(host.includes(':') ? `[${host}]` : host);
}

/** Says who may ask. */
export interface Guard {
  /** Whether it comes from where it may. @throws ApiError 403, 421 */
  checkPlace(request: IncomingMessage): void;
  /** @throws ApiError 401 */
  checkKey(request: IncomingMessage): void;
  /** For a page that may ask. */
  corsHeaders(request: IncomingMessage): OutgoingHttpHeaders;
}

/**
 * Pages in a browser on this machine can reach loopback, so its being loopback alone keeps nobody out: a page says where it comes from
 * (Origin, Sec-Fetch-Site), and one that had its own name point here (DNS rebinding) says that name (Host).
 */
export function createGuard({ host, key, origins }: GuardOptions): Guard {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  const isLocal = isOnlyHere(host);
  return {
    checkPlace({ headers, socket }) {
      if (isLocal && !isOwnHost(headers.host, socket.localPort)) {
        throw new ApiError(421, 'This server is not for the host that was asked for.', { code: 'wrong_host' });
      }
      const { origin, 'sec-fetch-site': site } = headers;
      const isForeign = origin === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : !allowed.has(origin.toLowerCase());
      if (isForeign) throw new ApiError(403, 'Pages of this origin may not ask. Allow it with --allow-origin.', { code: 'origin_not_allowed' });
    },
    checkKey({ headers }) {
      if (key !== undefined && !isSame(headers.authorization, `Bearer ${key}`)) {
        throw new ApiError(401, 'The API key is missing or wrong.', { code: 'invalid_api_key', headers: { 'www-authenticate': 'Bearer' } });
      }
    },
    corsHeaders({ headers: { origin } }) {
      if (origin === undefined || !allowed.has(origin.toLowerCase())) return {};
      return { 'access-control-allow-origin': origin, vary: 'Origin' };
    },
  };
}

/** Names of loopback, with the port that was connected to. */
function isOwnHost(host: string | undefined, port: number | undefined): boolean {
  const named = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i.exec(host ?? '');
  return named !== null && Number(named[2] ?? 80) === port;
}

/** In a time that says nothing about the text. */
function isSame(shown: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(shown ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
