import type { Json, Logger, ModelFormat } from '@ilab/core/adapter';

/** What the host hands to a command. It has no network and no credentials of the host's. */
export interface CommandContext {
  /** As in `PluginContext`. */
  readonly logger: Logger;
}

/** A model that the host found for a command. */
export interface CommandModel {
  /** Canonical. */
  readonly reference: string;
  /** Absolute path of a file or a folder. The command may read it and MUST NOT write there. */
  readonly path: string;
  /** What its files are. */
  readonly format: ModelFormat;
}

/** One call of a command, as the host parsed it. */
export interface CommandRequest {
  /** By name; those that were not given are left out. */
  readonly flags: Readonly<Record<string, string | number | boolean>>;
  /** By name; those that were not given are left out. */
  readonly args: Readonly<Record<string, string>>;
  /** Where the manifest asks for one and the user named it. */
  readonly model?: CommandModel;
}

/** What a command may use while it runs. */
export interface CommandRun {
  /** Aborted by Ctrl-C; two seconds later the process is ended. */
  readonly signal: AbortSignal;
  /** Writes one line of text for people, of at most 10,000 characters. What would steer a terminal becomes `?`; with `--json` nothing is shown. */
  print(line: string): void;
  /** Tells what is under way, on standard error. Long work MUST print or tell something at least every five seconds: who is silent for eight is ended. */
  progress(line: string): void;
}

/** How a command ended. */
export interface CommandResult {
  /** What `--json` shows as the result; default null. */
  readonly result?: Json;
  /** 0, all went well, is the default; 1, what was looked at is not as it should be. Other failures are thrown, as an `IlabError` where its code fits. */
  readonly exitCode?: 0 | 1;
}

/** The code of a command. */
export interface Command {
  /** Does the work of one call; called once in a process. What it throws without a code counts as its own failure (E_PLUGIN_BROKEN). */
  run(request: CommandRequest, run: CommandRun): Promise<CommandResult>;
}
