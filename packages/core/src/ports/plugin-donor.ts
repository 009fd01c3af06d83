import type { CallOptions } from './call-options.ts';

/** Finds files of another tool on this machine, so that they need not be downloaded. Nothing that it says is believed. */
export interface PluginDonor {
  /** As the plugin's manifest has it. */
  readonly name: string;
  /**
   * Looks for bytes by their sha256 in the folders of the context. Implementers MUST only read, MUST take every name there for hostile, MUST NOT answer with
   * what is no regular file of this size or lies outside by whatever links, and MUST NOT hash files of more than some megabytes: the host does that. It MUST NOT throw for what is
   * missing, broken or unreadable there, and MUST answer nothing for what is no sha256.
   *
   * The caller copies the file, never links to it, and hashes what it copied: other bytes are told, and downloaded instead.
   * @param file its hash in hex, 64 lower-case letters and digits, and its size in bytes
   * @returns the absolute real path; undefined where it is not there
   * @throws IlabError E_PLUGIN_BROKEN; whatever is thrown ends as that, and so does a path that is outside of the folders as it is written
   */
  find(file: { readonly sha256: string; readonly size: number }, options: CallOptions): Promise<string | undefined>;
}
