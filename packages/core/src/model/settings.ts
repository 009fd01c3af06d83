/** When a remote reference that could be here goes to its registry. */
export type PullPolicy = 'missing' | 'never' | 'newer' | 'always';

/** Settings of one registry host. */
export interface RegistrySettings {
  /** Plain HTTP, or HTTPS whose certificate is not checked. Loopback may speak plain HTTP without it. */
  readonly insecure?: boolean;
  readonly mirrors?: readonly string[];
  /** Path of a PEM file. */
  readonly ca?: string;
  /** Which source speaks to this host, where its name does not tell: `hf` for a private Hub. */
  readonly source?: string;
}

/** Everything about models that a user can set, read from flags, environment, configuration and defaults. */
export interface ModelSettings {
  /** The own models directory, absolute. */
  readonly dir: string;
  readonly checkpointsDir: string;
  readonly extraDirs: readonly string[];
  readonly pull: PullPolicy;
  /** No network at all. */
  readonly offline: boolean;
  /** Whether what other tools have is taken instead of fetched; absent: yes. */
  readonly donors?: boolean;
  /** Connections at once, over all files; absent: as many as the transfer thinks right. */
  readonly maxConnections?: number;
  /** Bytes a second, of all connections together; absent: no limit. */
  readonly limitRate?: number;
  /** Short name → reference. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly shortNames: { readonly mode: 'enforcing' | 'permissive' | 'disabled'; readonly search: readonly string[] };
  readonly registries: Readonly<Record<string, RegistrySettings>>;
}
