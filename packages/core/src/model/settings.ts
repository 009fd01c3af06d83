/** When a remote reference that could be here goes to its registry. */
export type PullPolicy = 'missing' | 'never' | 'newer' | 'always';

/** Settings of one registry host. */
export interface RegistrySettings {
  /** Plain HTTP, or HTTPS whose certificate is not checked. Loopback may speak plain HTTP without it. */
  readonly insecure?: boolean;
  /** Other places to ask first, in this order, each a host with a path; default none. */
  readonly mirrors?: readonly string[];
  /** Path of a PEM file. */
  readonly ca?: string;
  /** Which source speaks to this host, where its name does not tell: `hf` for a private Hub. */
  readonly source?: string;
}

/** Settings of a carrier, a daemon through which files come. */
export interface CarrierSettings {
  /** Where it answers, where that is not what its plugin says. */
  readonly address?: string;
  /** Hosts whose credentials and signed addresses it may see; absent: none. */
  readonly trustedHosts?: readonly string[];
}

/** Who made a keyless signature: both exactly as in the certificate. */
export interface SignerIdentity {
  /** Who vouched for the signer: `https://accounts.google.com`. */
  readonly issuer: string;
  /** An email address or a URI. */
  readonly subject: string;
}

/** A plugin's verifier that a policy asks, and whom it may vouch for. */
export interface VerifierPolicy {
  /** As its plugin's manifest calls it. */
  readonly verifier: string;
  /** Compared exactly; never empty. */
  readonly signers: readonly string[];
  /** Absolute paths of files that are given to it, such as keys. */
  readonly trust: readonly string[];
}

/** Whose signatures the models of a source need. Any of the keys and identities suffices; each of the verifiers has to agree besides. */
export interface SignaturePolicy {
  /** A glob over `host/repository`; without a slash, over hosts. */
  readonly match: string;
  /** `require`: without a good signature nothing gets a name; `warn`: it is only told. */
  readonly mode: 'require' | 'warn' | 'off';
  /** Absolute paths of public keys, as PEM. */
  readonly keys: readonly string[];
  readonly identities: readonly SignerIdentity[];
  /** Absolute path of a Sigstore `trusted_root.json`, which identities need. */
  readonly trustedRoot?: string;
  /** Absent: none is asked, whatever plugins there are. */
  readonly verifiers?: readonly VerifierPolicy[];
}

/** Settings of a host: by its name, else by the longest `*.example.com` that it is below. */
export function settingsOfHost<T>(registries: Readonly<Record<string, T>>, host: string): T | undefined {
  if (Object.hasOwn(registries, host)) return registries[host];
  const wildcards = Object.keys(registries).filter((key) => key.startsWith('*.') && host.endsWith(key.slice(1)));
  const [longest] = wildcards.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : registries[longest];
}

/** Certificates of a host, each a PEM text. */
export interface HostCertificates {
  /** Authorities that count for it beside the known ones. */
  readonly authorities: readonly string[];
  /** What this client shows when it is asked who it is. */
  readonly clients: readonly { readonly certificate: string; readonly key: string }[];
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
  /** Where each alias is written: a file, with its line. */
  readonly aliasOrigins?: Readonly<Record<string, string>>;
  /** What is absent is not set, and then what other tools are configured with counts. */
  readonly shortNames: { readonly mode?: 'enforcing' | 'permissive' | 'disabled'; readonly search?: readonly string[] };
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /** By the carrier's name; absent: nothing is said of any. */
  readonly carriers?: Readonly<Record<string, CarrierSettings>>;
  /** The first that fits a model decides; absent: none, and no signature is looked at. */
  readonly signatures?: readonly SignaturePolicy[];
}
