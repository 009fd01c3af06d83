/** A package that may bring registries, as its metadata tells; none of its code has run. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute path of the package's directory. */
  readonly root: string;
  /** The `ilab` block of its `package.json`, not yet checked. */
  readonly manifest: unknown;
  /** `core` came with the program; `user` and `link` were added by the user. */
  readonly type: 'core' | 'user' | 'link';
}
