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
  /** Absolute path of a file or a folder. The command may read it, a folder whole, and MUST NOT write there. */
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
  /** Aborted by Ctrl-C. The command MUST end then: two seconds later its process is ended. What it resolves to counts all the same; throwing says that it was interrupted (130). */
  readonly signal: AbortSignal;
  /** Writes one line of text for people, which MUST have at most 10,000 characters. What would steer a terminal becomes `?`, a line end too; with `--json` nothing is shown. */
  print(line: string): void;
  /** Tells what is under way, on standard error, as `print` does. Long work MUST print or tell something at least every five seconds: who is silent for eight is ended. */
  progress(line: string): void;
}

/** How a command ended. */
export interface CommandResult {
  /** What `--json` shows as the result. It MUST be plain JSON, nested at most 30 deep and of at most 32 MiB; default null. */
  readonly result?: Json;
  /** 0, all went well, is the default; 1, what was looked at is not as it should be. Other failures are thrown, as an `IlabError` where its code fits. */
  readonly exitCode?: 0 | 1;
}

/** The code of a command. */
export interface Command {
  /**
   * Does the work of one call; called once in a process, which ends with it. Implementers MUST say all by `run` and what they resolve to: what they write to standard output is lost, an exit
   * code that they set too, and nobody hears what comes after the end. They MUST change nothing of the request.
   *
   * The caller has checked flags and arguments against the manifest, and nothing else: what they mean, and what is in the model's files, is text of others.
   * @throws IlabError of the code that fits, E_USAGE where the user can mend what was typed; what is thrown without a code counts as the command's own failure (E_PLUGIN_BROKEN)
   */
  run(request: CommandRequest, run: CommandRun): Promise<CommandResult>;
}
