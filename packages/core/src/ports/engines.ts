import type { ModelFormat } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';
import type { Engine } from './engine.ts';

/** What is known of an engine without running any of its code. */
export interface EngineDescription {
  /** As `--backend` takes it. */
  readonly name: string;
  /** Formats that it runs. */
  readonly formats: readonly ModelFormat[];
}

/** The engines at hand. What they are is data that is there at once; an engine's code is loaded when it is first opened. */
export interface Engines {
  /** In the order of their precedence. */
  readonly installed: readonly EngineDescription[];
  /** Those that are not installed, and could be, on this machine. */
  readonly installable: readonly EngineDescription[];

  /**
   * @throws IlabError E_PLUGIN_MISSING (with the command that installs it), E_PLUGIN_BROKEN
   */
  open(name: string, options: CallOptions): Promise<Engine>;
}
