import type { CallOptions } from './call-options.ts';

/** What a short name stands for, and who says so. */
export interface ShortNameEntry {
  /** A reference with a host, without version. */
  readonly target: string;
  /** The file, with its line where that is known: `/etc/containers/registries.conf:12`. */
  readonly origin: string;
}

/** How names without an entry are looked for; what is absent is not said. */
export interface ShortNameRules {
  readonly mode?: 'enforcing' | 'permissive' | 'disabled';
  /** Hosts and namespaces, in order. */
  readonly search?: readonly string[];
}

/** What is known of short names outside ilab's own configuration: by other tools' configuration, and by what a person chose before. */
export interface ShortNames {
  /** What was written by hand MUST win over what was recorded. @throws IlabError E_BAD_CONFIG */
  find(name: string, options: CallOptions): Promise<ShortNameEntry | undefined>;
  /** @throws IlabError E_BAD_CONFIG */
  rules(options: CallOptions): Promise<ShortNameRules>;
  /** Remembers a choice. A choice that can't be kept MUST NOT fail what it was made for. */
  record(name: string, target: string, options: CallOptions): Promise<void>;
}
