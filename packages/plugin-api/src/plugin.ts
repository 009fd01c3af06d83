import type {
  AnswerCache,
  Credentials,
  CredentialStore,
  Endpoints,
  Engine,
  Http,
  Logger,
  PluginDonor,
  PluginVerifier,
  Registry,
  RegistrySettings,
  Runner,
} from '@ilab/core/adapter';
import type { Command, CommandContext } from './command.ts';
import type { DonorContext } from './donor-context.ts';
import type { VerifierContext } from './verifier-context.ts';

/** What the host hands to a plugin: plain data and a few ports. */
export interface PluginContext {
  /** The way to the network: proxies, certificates, retries and rate limits are seen to. */
  readonly http: Http;
  /** For what users should see. Text of others MUST NOT go there unbounded, and secrets never. */
  readonly logger: Logger;
  /** Environment variables, so that a plugin reads none behind the host's back. Where a plugin that users added runs in a process of its own, those that its manifest `reads`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, absolute; a plugin that users installed can read nothing in it but the files that its manifest `reads`, and the `node_modules` that it lies in. */
  readonly home: string;
  /** Configuration of hosts, by host. */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /**
   * What the host keeps for the user, one credential a host; absent when it keeps none. A plugin that users added finds those of hosts that its
   * manifest claims, or that the user's configuration gives to its source; asking for another source's ends it.
   */
  readonly credentials?: CredentialStore;
  /** What the host keeps of answers that never change; absent when it keeps none. */
  readonly answers?: AnswerCache;
}

/** What the host hands to an engine or a runner. */
export interface EngineContext extends Pick<PluginContext, 'logger' | 'env' | 'home'> {
  /** The way to servers that run models, here and elsewhere: proxies and certificates are seen to. */
  readonly endpoints: Endpoints;
  /** A folder of the engine's own that stays between runs, absolute; it need not exist. */
  readonly data: string;
  /** Folder whose `node_modules` holds the packages of the manifest, absolute; absent while they are not installed. */
  readonly packages?: string;
  /** What the host keeps for the user, one credential a host, for engines that ask servers of others; absent when it keeps none. */
  readonly credentials?: Credentials;
}

/** What a plugin's entry exports as default, made by {@link definePlugin}. */
export interface Plugin {
  /** The brand by which a host knows a plugin, whichever copy of this package made it. */
  readonly $$type: '@ilab/plugin';
  /** As in `PluginManifest`; the version of the API that this package has. */
  readonly apiVersion: 1;
  /**
   * Makes the registry of one of the sources in the plugin's `package.json`. Called at most once a source, on first use.
   * Implementers MUST do no network and no writing here.
   */
  createRegistry?(source: string, context: PluginContext): Registry;
  /** The same for an engine of the plugin's `package.json`. */
  createEngine?(engine: string, context: EngineContext): Engine;
  /** The same for a runner. */
  createRunner?(runner: string, context: EngineContext): Runner;
  /** The same for a verifier of signatures; its `name` MUST be the one that it is asked for. */
  createVerifier?(verifier: string, context: VerifierContext): PluginVerifier;
  /** The same for a donor; its `name` MUST be the one that it is asked for. */
  createDonor?(donor: string, context: DonorContext): PluginDonor;
  /** The same for a command, by its whole name; always in a process of its own, which ends with the call. */
  createCommand?(command: string, context: CommandContext): Command;
}

/** Declares a plugin. The brand and version are strings, so that hosts check the structure and never the class. */
export function definePlugin<Parts extends Omit<Plugin, '$$type' | 'apiVersion'>>(parts: Parts): Plugin & NoInfer<Parts> {
  return { $$type: '@ilab/plugin', apiVersion: 1, ...parts };
}
