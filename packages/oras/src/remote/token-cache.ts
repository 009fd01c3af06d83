import { type CallOptions, isIlabError } from '@ilab/core/adapter';
import { type Access, covers } from './access.ts';
import type { Token } from './fetch-token.ts';

/** Tokens of one registry, as long as they are good. */
export interface TokenCache {
  /** A token that covers what is wanted, fetched by `fetch` where there is none; once for all that want it at the same time. */
  get(access: Access, fetch: () => Promise<Token>, options: CallOptions): Promise<Token>;
  /** Forgets a token that the registry does not take. */
  drop(secret: string): void;
}

/** Milliseconds before its end at which a token counts as expired: a request takes time. */
export const MARGIN = 10_000;

type Kept = { readonly repository: string | undefined; readonly scopes: readonly string[]; readonly fetched: number; readonly token: Token };

export function createTokenCache(): TokenCache {
  let kept: readonly Kept[] = [];
  const fetching = new Map<string, Promise<Token>>();

  async function renew({ repository, scopes }: Access, fetch: () => Promise<Token>): Promise<Token> {
    const fetched = Date.now();
    const token = await fetch();
    const stays = ({ token: { expires }, ...other }: Kept): boolean => expires > fetched && (other.repository !== repository || !covers(scopes, other.scopes));
    kept = [...kept.filter(stays), { repository, scopes, fetched, token }];
    return token;
  }

  return {
    async get(access, fetch, options) {
      const found = kept.find((one) => one.repository === access.repository && covers(one.scopes, access.scopes) && isGood(one, access));
      if (found) return found.token;
      const key = `${access.repository ?? ''} ${access.scopes.join(' ')}`;
      const known = fetching.get(key);
      if (known) {
        try {
          return await known;
        } catch (error) {
          // Whoever fetched it was aborted, and this caller was not.
          if (isIlabError(error) || options.signal?.aborted) throw error;
          return this.get(access, fetch, options);
        }
      }
      const renewing = renew(access, fetch).finally(() => fetching.delete(key));
      fetching.set(key, renewing);
      return renewing;
    },
    drop(secret) {
      kept = kept.filter(({ token }) => token.secret !== secret);
    },
  };
}

/** A token that was just fetched is as good as the next one would be, however short its life. */
function isGood({ fetched, token }: Kept, { goodFor = 0 }: Access): boolean {
  const now = Date.now();
  return token.expires - MARGIN > now && (token.expires - goodFor > now || now - fetched < MARGIN / 2);
}
