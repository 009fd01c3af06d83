import type { HttpResponse } from '@ilab/core/adapter';
import { parseChallenges } from './challenge.ts';

type Head = Pick<HttpResponse, 'status' | 'headers' | 'url'>;

/** Whether the registry asks who is there. From where a redirect led, nobody has a right to know (GHSA-vh4v-2xq2-g5cg). */
export function isChallenge(answer: Head, endpoint: string): boolean {
  return (answer.status === 401 || (answer.status === 403 && isInsufficient(answer))) && new URL(answer.url).origin === endpoint;
}

/** Whether a token is for too little (RFC 6750, 3.1); registries say it with 401 as well. */
export function isInsufficient({ headers }: Head): boolean {
  return parseChallenges(headers['www-authenticate']).some(({ parameters }) => parameters['error'] === 'insufficient_scope');
}
