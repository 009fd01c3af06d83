import type { CallOptions, Diagnosis, Endpoints, FoundLogin, Login, LoginRequest, Logout, MovePlan, MovedStore } from '@ilab/core';
import type { LoadedSettings, Setting } from './config/setting.ts';
import type { Engines } from './engines/engines.ts';
import type { RegistryEntry } from './plugins/registry-table.ts';
import type { Runners } from './runners/runners.ts';
import type { Servers } from './servers.ts';
import type { Models } from './models-interface.ts';

/** The models directory as a whole. */
export interface Store {
  /** Absolute; it need not exist. */
  readonly directory: string;
  /** What a move would do, without doing it. */
  planMove(request: { readonly directory: string }, options?: CallOptions): Promise<MovePlan>;
  /** Moves the store, and lets the configuration point to its new place where it is the configuration that decides. */
  move(plan: MovePlan, options?: CallOptions): Promise<MovedStore>;
}

/** Who the user is to registries. */
export interface Logins {
  /** What a host wants to know for a login. Nobody is asked. */
  find(host: string, options?: CallOptions): Promise<FoundLogin>;
  /** Checks a credential with its host and keeps it where other tools find it, too. */
  login(request: LoginRequest, options?: CallOptions): Promise<Login & { readonly host: string }>;
  logout(host: string, options?: CallOptions): Promise<Logout & { readonly host: string }>;
}

/** The library: everything the command line does. */
export interface Ilab {
  readonly models: Models;
  readonly store: Store;
  readonly logins: Logins;
  readonly engines: Engines;
  readonly runners: Runners;
  readonly servers: Servers;
  /** The way to servers that run models: to those of this machine directly, to others as the environment says. */
  readonly endpoints: Endpoints;
  readonly registries: { list(): readonly RegistryEntry[] };
  readonly config: {
    show(): LoadedSettings;
    /** One key, as it is used, and where it comes from; undefined where nothing says anything of it. */
    get(key: string): Setting | undefined;
  };
  /** Looks at everything that ilab depends on; `offline` leaves the registries alone. */
  doctor(options?: CallOptions): Promise<Diagnosis>;
  /** Ends connections and threads; call it when done. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
