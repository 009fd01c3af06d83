import type { ModelFormat, RunnerTask, SourceManifest } from '@ilab/core/adapter';
import type { CommandManifest } from './command-manifest.ts';
import type { DonorManifest } from './donor-manifest.ts';
import type { VerifierManifest } from './verifier-manifest.ts';

/** The `ilab` block of a plugin's `package.json`: all that is read of it at start-up. */
export interface PluginManifest {
  /** The plugin API that it is made for. A host that does not speak it lists the plugin as broken, and says which of the two is to be updated. */
  readonly apiVersion: 1;
  /** Sources that it brings; default none. Their entry exports `createRegistry`. */
  readonly registries?: readonly RegistryManifest[];
  /** Engines that it brings; default none. Their entry exports `createEngine`. */
  readonly engines?: readonly EngineManifest[];
  /** Runners that it brings; default none. Their entry exports `createRunner`. */
  readonly runners?: readonly RunnerManifest[];
  /** Verifiers of signatures that it brings; default none. Their entry exports `createVerifier`. */
  readonly verifiers?: readonly VerifierManifest[];
  /** Donors that it brings: finders of files that other tools have; default none. Their entry exports `createDonor`. */
  readonly donors?: readonly DonorManifest[];
  /** Daemons that bring files of any source; default none. They have no code. */
  readonly carriers?: readonly CarrierManifest[];
  /** Commands that it brings; default none. Their entry exports `createCommand`. */
  readonly commands?: readonly CommandManifest[];
}

/** One source that a plugin brings: its grammar, and the module that has its code. */
export interface RegistryManifest extends SourceManifest {
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for `ilab registry list`. */
  readonly summary: string;
  /**
   * What says who the user is to other tools for the same source. A source in a process of its own sees these and no others, and they
   * are shown, and asked about, before it is added. It MUST send each secret to the hosts that it belongs to alone.
   */
  readonly reads?: {
    /** Environment variables, by their whole names: `AWS_PROFILE`. Those that ilab or what came with it goes by can't be had. */
    readonly env?: readonly string[];
    /** Files below the home directory, `/`-separated: `.aws/config`. */
    readonly home?: readonly string[];
  };
}

/** One engine that a plugin brings. */
export interface EngineManifest {
  /** As `--backend` takes it: lower-case letters, digits and hyphens. */
  readonly engine: string;
  /** As in {@link RegistryManifest}. */
  readonly entry: string;
  /** One line for `ilab engine list`. */
  readonly summary: string;
  /** Formats that it runs. Among engines that can run a model, the first that lists its format is taken, in the order of their plugins’ names. */
  readonly formats: readonly ModelFormat[];
  /**
   * Packages that it needs and that are too large to come with it: by name, an exact version. `ilab engine install` puts them below the
   * user's data directory, without their scripts and without what they call optional, and `EngineContext.packages` says where.
   * `{platform}` in a name stands for `linux-x64`, `mac-arm64-metal`, `win-x64` and so on, as `node-llama-cpp` calls them.
   */
  readonly packages?: Readonly<Record<string, string>>;
  /** Bytes that these packages take on disk, about: what is said before they are fetched. */
  readonly size?: number;
  /** What can come besides, by name, where it is asked for: `ilab engine install ENGINE --build NAME`. */
  readonly builds?: Readonly<Record<string, EngineBuild>>;
}

/** Packages for machines of one kind, as those with a GPU. */
export interface EngineBuild {
  /** As in {@link EngineManifest}; of the same name there they are not repeated. */
  readonly packages: Readonly<Record<string, string>>;
  /** As in {@link EngineManifest}, without what that counts. */
  readonly size?: number;
}

/** One runner that a plugin brings. */
export interface RunnerManifest {
  /** As `--runner` takes it. */
  readonly runner: string;
  /** As in {@link RegistryManifest}. */
  readonly entry: string;
  /** One line for `ilab runner list`. */
  readonly summary: string;
  /** What it does; never empty. */
  readonly tasks: readonly RunnerTask[];
}

/**
 * A daemon on the user's machine through which files of any source come, such as a peer-to-peer cache. Data alone: no code of the plugin has a part in
 * a download. The host asks `address`, with the path and query of the file's own address, as it asks any registry: by ranges, resumed, and verified. What
 * the daemon does not bring, or brings wrong, comes from where it is.
 */
export interface CarrierManifest {
  /** As the configuration calls it: lower-case letters, digits and hyphens. */
  readonly carrier: string;
  /** One line for people. */
  readonly summary: string;
  /** Where it answers on this machine: `http://127.0.0.1:4001`. The user's configuration may say another. */
  readonly address: string;
  /** Sent with every request to it; names begin with `x-`. `{origin}` in a value stands for scheme, host and port of the file's own address. */
  readonly headers: Readonly<Record<string, string>>;
  /** Files of fewer bytes are not worth asking for; default 0. */
  readonly least?: number;
}
