import { findLogin, loginTo, logoutFrom, type ReferenceGrammar } from '@ilab/core';
import type { Services } from './composition/services.ts';
import type { Logins } from './ilab.ts';

export interface LoginsDeps {
  readonly grammar: ReferenceGrammar;
  /** The wired ports, made on first use. */
  readonly services: () => Promise<Services>;
}

/** Who the user is to registries. */
export function createLogins({ grammar, services }: LoginsDeps): Logins {
  const deps = async () => ({ registries: (await services()).registries, grammar });
  return {
    find: async (host, options = {}) => findLogin(await deps(), host, options),
    login: async (request, options = {}) => loginTo(await deps(), request, options),
    logout: async (host, options = {}) => logoutFrom(await deps(), host, options),
  };
}
