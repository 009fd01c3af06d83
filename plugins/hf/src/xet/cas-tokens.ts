import type { CallOptions } from '@ilab/plugin-api';
import { ask, type HubRepository, readJson } from '../hub-client.ts';
import { isRecord, malformed } from '../shape.ts';
import { leadTo } from './lead-to.ts';

/** What opens the storage behind a Hub for the files of one commit, for a while. */
export interface CasAccess {
  /** Where the storage’s API is, without a slash at the end. */
  readonly url: string;
  /** For exactly that origin. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks a Hub for access once for all files of a commit, and again before it ends. */
export type CasTokens = (hub: HubRepository, commit: string, options: CallOptions) => Promise<CasAccess>;

/** Milliseconds before its end from which a token is not used any more. */
const MARGIN = 60_000;
const LONGEST = 16 * 1024;

export function createCasTokens(): CasTokens {
  const known = new Map<string, Promise<{ readonly access: CasAccess; readonly expires: number }>>();
  return async (hub, commit, options) => {
    const key = `${hub.api}@${commit}`;
    const found = await known.get(key)?.catch(() => undefined);
    if (found && found.expires - MARGIN > Date.now()) return found.access;
    const asked = askToken(hub, commit, options);
    known.set(key, asked);
    return (await asked).access;
  };
}

async function askToken(hub: HubRepository, commit: string, options: CallOptions): Promise<{ readonly access: CasAccess; readonly expires: number }> {
  const answer = await ask(hub, `/xet-read-token/${commit}`, options);
  const body = readJson(answer, { ...hub, version: commit });
  const { accessToken, casUrl, exp } = isRecord(body) ? body : {};
  if (typeof accessToken !== 'string' || accessToken.length > LONGEST || !/^[\x21-\x7e]+$/.test(accessToken))
    throw malformed('access to its storage has no token');
  if (typeof casUrl !== 'string' || typeof exp !== 'number') throw malformed('access to its storage has no address or no end');
  const url = leadTo(casUrl, hub.endpoint.url);
  return { access: { url: url.href.replace(/\/+$/, ''), headers: { authorization: `Bearer ${accessToken}` } }, expires: exp * 1000 };
}
