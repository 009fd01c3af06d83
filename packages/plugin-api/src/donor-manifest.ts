/**
 * Another tool's files that a plugin can find on this machine. Its code runs in a process of its own, where a download wants a file that is known by its sha256;
 * of the user's files it can read the folders that it names here, and no others; beside them the `node_modules` that it was installed in. One that is linked can read everything.
 */
export interface DonorManifest {
  /** Lower-case letters, digits and hyphens. It belongs to the package that had it first. */
  readonly donor: string;
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for people, without control characters. */
  readonly summary: string;
  /** The tool as people call it, for messages: `Shelf`; up to 40 characters. */
  readonly tool: string;
  /**
   * Folders below the home directory, `/`-separated, 1 to 8: `.shelf/blobs`. Users are shown them, and asked, before the plugin is added. Those of ilab, SSH, Git and the like can't
   * be had. Where none of them is there, the code is not even loaded.
   */
  readonly folders: readonly string[];
}
