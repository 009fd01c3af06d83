import { IlabError } from '../errors/ilab-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Login, LoginRequest, Logout } from '../ports/login.ts';
import type { Registries } from '../ports/registries.ts';
import type { Registry } from '../ports/registry.ts';
import { properHost, type ReferenceGrammar, sourceOfHost } from '../reference/grammar.ts';
import { readHost } from '../reference/host.ts';

export interface LoginDeps {
  readonly registries: Registries;
  readonly grammar: ReferenceGrammar;
}

/** A host that one can log in to. */
export interface FoundLogin {
  /** As references name it. */
  readonly host: string;
  /** Whether it asks for a name beside the secret. */
  readonly username: boolean;
}

/**
 * Says what a host wants to know. Nobody is asked.
 * @throws IlabError E_BAD_REFERENCE (no host), E_USAGE (its source knows no login)
 */
export async function findLogin(deps: LoginDeps, text: string, options: CallOptions): Promise<FoundLogin> {
  const { host, username } = await open(deps, text, options);
  return { host, username };
}

/** @throws IlabError E_USAGE when a name is missing or too much, and as `Registry.login` */
export async function loginTo(deps: LoginDeps, request: LoginRequest, options: CallOptions): Promise<Login & { readonly host: string }> {
  const { host, username, registry } = await open(deps, request.host, options);
  if (username !== (request.username !== undefined)) {
    throw username
      ? new IlabError('E_USAGE', `${host} wants a user name.`, { hint: 'Give it with --username.' })
      : new IlabError('E_USAGE', `${host} wants a token alone.`, { hint: 'Leave out --username.' });
  }
  return { host, ...(await registry.login({ ...request, host }, options)) };
}

/** @throws IlabError as `Registry.logout` */
export async function logoutFrom(deps: LoginDeps, text: string, options: CallOptions): Promise<Logout & { readonly host: string }> {
  const { host, registry } = await open(deps, text, options);
  return { host, ...(await registry.logout(host, options)) };
}

type CanLogin = Registry & Required<Pick<Registry, 'login' | 'logout'>>;

async function open({ registries, grammar }: LoginDeps, text: string, options: CallOptions): Promise<FoundLogin & { readonly registry: CanLogin }> {
  const host = properHost(readHost(text, { text, at: 0 }), grammar);
  const source = sourceOfHost(host, grammar);
  if (!source) throw new IlabError('E_USAGE', `No source knows ${host}.`, { hint: 'See `ilab registry list`.' });
  const registry = await registries.open(source.source, options);
  const can = registry.capabilities.login;
  if (can && hasLogin(registry)) return { host, username: can.username, registry };
  throw new IlabError('E_USAGE', `ilab knows no login for the source “${source.source}”.`, { hint: 'See the documentation of its plugin.' });
}

function hasLogin(registry: Registry): registry is CanLogin {
  return registry.login !== undefined && registry.logout !== undefined;
}
