/** One thing that must hold of this repository. */
export interface Check {
  readonly name: string;
  /** @returns what is wrong, one line each; nothing when all is well */
  run(root: string): Promise<readonly string[]>;
}
