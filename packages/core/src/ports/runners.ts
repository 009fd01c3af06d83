import type { CallOptions } from './call-options.ts';
import type { Runner, RunnerTask } from './runner.ts';

/** What is known of a runner without running any of its code. */
export interface RunnerDescription {
  /** As `--runner` takes it. */
  readonly name: string;
  readonly tasks: readonly RunnerTask[];
}

/** The runners at hand, as `Engines`. */
export interface Runners {
  /** In the order of their precedence. */
  readonly installed: readonly RunnerDescription[];
  /** Those that are not installed, and could be. */
  readonly installable: readonly RunnerDescription[];

  /**
   * @throws IlabError E_PLUGIN_MISSING (with the command that installs it), E_PLUGIN_BROKEN
   */
  open(name: string, options: CallOptions): Promise<Runner>;
}
