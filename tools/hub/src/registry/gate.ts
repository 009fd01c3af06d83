import { type AccessOptions, basicUser, bearerToken, openToken, sealToken } from '../access.ts';
import { answerJson, type Exchange } from '../http/exchange.ts';
import { refuse } from './refuse.ts';

/** Seconds that a token lives. */
const LIFE = 300;

/** Keeps strangers out of the registry side. */
export interface Gate {
  /** Whether the request may go on; if not, it has been answered with a challenge. */
  admits(exchange: Exchange, repository: string): boolean;
  /** Answers `GET /token`: anonymous users get a token for what is public. */
  grant(exchange: Exchange): void;
}

export function createGate(access: AccessOptions, { origin }: { readonly origin: () => string }): Gate {
  const isPrivate = (repository: string): boolean => access.private?.includes(repository) ?? false;
  return {
    admits(exchange, repository) {
      if (access.registry === undefined) return true;
      const challenge =
        access.registry === 'basic'
          ? basicUser(exchange.request, access) === undefined && 'Basic realm="hub"'
          : !covers(openToken(bearerToken(exchange.request))?.scope, repository) && bearerChallenge(origin(), repository);
      if (challenge !== false) refuse(exchange, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
      return challenge === false;
    },
    grant(exchange) {
      const { request, url } = exchange;
      const user = basicUser(request, access);
      if (request.headers.authorization !== undefined && user === undefined) return refuse(exchange, 401, 'UNAUTHORIZED');
      const granted = url.searchParams.getAll('scope').filter((scope) => user !== undefined || !isPrivate(scope.split(':')[1] ?? ''));
      const token = sealToken({ user: user ?? '', scope: granted.join(' '), expires: Date.now() + LIFE * 1000 });
      answerJson(exchange, { token, access_token: token, expires_in: LIFE, issued_at: new Date().toISOString() });
    },
  };
}

function bearerChallenge(origin: string, repository: string): string {
  const scope = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
  return `Bearer realm="${origin}/token",service="ilab-hub"${scope}`;
}

/** Any token opens the front door; a repository needs its scope. */
function covers(scope: string | undefined, repository: string): boolean {
  return scope !== undefined && (repository === '' || scope.split(' ').some((part) => part.startsWith(`repository:${repository}:`) && part.includes('pull')));
}
