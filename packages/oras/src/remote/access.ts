/** What a request does, for the token that it needs and for what is said when it is refused. */
export interface Access {
  /** As registries write them: `repository:org/name:pull,push` (distribution, “Token Scope Documentation”). */
  readonly scopes: readonly string[];
  /** Whose credentials serve, where they are kept by namespace; absent: the host's. */
  readonly repository?: string;
  /** After “does not let these credentials”. */
  readonly doing: string;
  /** Milliseconds for which the token must be good yet; default ten seconds. For a request that nobody wants to send twice. */
  readonly goodFor?: number;
}

export function pulling(repository: string): Access {
  return { scopes: [`repository:${repository}:pull`], repository, doing: `read “${repository}”` };
}

/** Pushing asks for both at once: a token for one of them would be exchanged at the next request. */
export function pushing(repository: string): Access {
  return { scopes: [`repository:${repository}:pull,push`], repository, doing: `push to “${repository}”` };
}

/** Taking a blob of another repository takes one token for both. */
export function mounting(repository: string, from: string): Access {
  return { ...pushing(repository), scopes: [`repository:${repository}:pull,push`, `repository:${from}:pull`] };
}

/** Giving up an upload is deletion to some registries, and part of pushing to others. */
export function abandoning(repository: string): Access {
  return { ...pushing(repository), scopes: [`repository:${repository}:pull,push,delete`] };
}

export function deleting(repository: string): Access {
  return { scopes: [`repository:${repository}:delete`], repository, doing: `delete from “${repository}”` };
}

export const LISTING_REPOSITORIES: Access = { scopes: ['registry:catalog:*'], doing: 'list its repositories' };

/** Whether what was granted holds all that is wanted. */
export function covers(granted: readonly string[], wanted: readonly string[]): boolean {
  const held = granted.map(readScope);
  return wanted.map(readScope).every(({ on, actions }) => held.some((scope) => scope.on === on && actions.every((action) => scope.actions.includes(action))));
}

/** All that either names. */
export function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...one, ...other.filter((scope) => !covers(one, [scope]))];
}

/** The actions are after the last colon: a resource's name may hold a port. */
function readScope(scope: string): { readonly on: string; readonly actions: readonly string[] } {
  const colon = scope.lastIndexOf(':');
  return { on: scope.slice(0, colon), actions: scope.slice(colon + 1).split(',') };
}

const MOST_SCOPES = 10;

/** The scopes that a challenge names; what is no scope is left out. */
export function challengedScopes(text: string | undefined): readonly string[] {
  const scopes = (text ?? '').split(' ').filter((scope) => /^[\x21-\x7e]{1,512}$/.test(scope) && scope.split(':').length > 2);
  return scopes.slice(0, MOST_SCOPES);
}
