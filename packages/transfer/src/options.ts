import type { HostCertificates, Logger, RegistrySettings } from '@ilab/core';

/** How to reach the network. */
export interface NetworkOptions {
  /** Sent as `User-Agent`. */
  readonly userAgent: string;
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case; this machine is never asked through a proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Refuse every request. */
  readonly offline?: boolean;
  /** Hosts that are `insecure` or have a `ca` of their own; `*.example.com` are those below that name. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  /**
   * Certificates of a host, `name:port` where the port is not the usual one; asked once for each that is spoken to by TLS. A `ca` of
   * `registries` counts alone.
   * @throws IlabError E_BAD_CONFIG
   */
  readonly certificates?: (host: string) => HostCertificates | undefined;
  readonly logger?: Logger;
  /** Milliseconds without a byte after which a connection is given up and made again; default 30,000. */
  readonly stallAfter?: number;
}

export interface TransferOptions extends NetworkOptions {
  /** Connections at once, over all files; default: 8, and up to 64 as long as more of them bring more. */
  readonly connections?: number;
  /** Bytes a second, of all connections together; default: no limit. */
  readonly limitRate?: number;
}
