import type { CallOptions } from './call-options.ts';
import type { EngineFit } from './engine.ts';

/** What runners do with models. */
export type RunnerTask = 'train' | 'evaluate' | 'generate' | 'ingest';

/** A model that a job works with. */
export interface RunnerModel {
  /** Its canonical reference, or what it was called. */
  readonly name: string;
  /** Absolute and real; absent when it is only at `endpoint`. */
  readonly path?: string;
  /** Where it answers OpenAI's HTTP API. */
  readonly endpoint?: RunnerEndpoint;
}

/** A model that answers, as its engine's session has it. */
export interface RunnerEndpoint {
  /** Ending in `/v1`. */
  readonly url: string;
  /** What it is called there. */
  readonly model: string;
  /** For exactly the origin of `url`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Tokens that one conversation has; absent where it isn't known. */
  readonly contextLength?: number;
}

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One piece of work: plain data, written down as JSON and done by another process. */
export interface RunnerJob {
  /** What is to be done: one of the runner’s `tasks`. */
  readonly task: RunnerTask;
  /** By role, as the flags are called: `model`, `base-model`, `judge-model` and so on. */
  readonly models: Readonly<Record<string, RunnerModel>>;
  /** Of the task; each runner says in its documentation which it knows, and MUST refuse others with E_USAGE. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** An empty folder that is there, absolute: everything that the job leaves goes there. */
  readonly output: string;
}

/** What a runner tells while it works. Texts are somebody else's, and are cleaned before they are shown. */
export type RunnerEvent =
  | { readonly type: 'progress'; readonly done: number; readonly total?: number; readonly unit: string; readonly label?: string }
  | { readonly type: 'metric'; readonly name: string; readonly value: number; readonly step?: number }
  | { readonly type: 'log'; readonly line: string }
  /** Something that is finished below `output`. `path` is relative to it. */
  | { readonly type: 'artifact'; readonly kind: 'checkpoint' | 'adapter' | 'dataset' | 'report'; readonly path: string; readonly step?: number };

/** How a job ended when it ended well: figures to show, and to keep beside what it left. */
export interface RunnerResult {
  /** Figures by name; empty where there are none. */
  readonly summary: Readonly<Record<string, Json>>;
}

/** A library, of another language as a rule, that trains, evaluates or makes data. */
export interface Runner {
  /** As `--runner` takes it. */
  readonly name: string;
  /** What it does, as its manifest says; never empty. */
  readonly tasks: readonly RunnerTask[];

  /** Whether the job can be done on this machine. Implementers MUST say here what lacks (a GPU, an environment), before anything starts. */
  fit(job: RunnerJob, options: CallOptions): Promise<EngineFit>;

  /**
   * Does it. When aborted, implementers MUST end every process that they started, with all that those started, and keep what is finished.
   * @param report called for each event, in order
   * @throws IlabError E_USAGE for parameters that it doesn't know; E_ENGINE when the work failed; E_PLUGIN_MISSING when its environment is not installed
   */
  run(job: RunnerJob, report: (event: RunnerEvent) => void, options: CallOptions): Promise<RunnerResult>;

  /** Makes the environment that it works in, from scratch where there is a broken one. Absent where nothing has to be made. */
  install?(report: (event: RunnerEvent) => void, options: CallOptions): Promise<void>;
}
