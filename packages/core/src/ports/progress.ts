/** What long work is doing, for whoever watches. Calls MUST return at once and never throw. */
export interface Progress {
  /** Total of what is to come, as far as it is known; called again when more is known. */
  plan(total: { readonly files: number; readonly bytes: number }): void;
  /** Begins one file. `label` is its name for people, `size` its bytes. The caller MUST call `end` of what it gets. */
  begin(task: { readonly label: string; readonly size: number }): ProgressTask;
}

/** One file on its way. */
export interface ProgressTask {
  /** Bytes that are here, absolute; `resumed` of them were from an earlier try. */
  at(bytes: number, options?: { readonly resumed?: number }): void;
  /** The end: `fetched` over the network, `sent` the other way, `linked` because the bytes were here already, `checked` by reading them. */
  end(outcome: 'fetched' | 'sent' | 'linked' | 'checked' | 'failed'): void;
}

const nullTask: ProgressTask = { at() {}, end() {} };

/** Watches nothing. */
export const nullProgress: Progress = { plan() {}, begin: () => nullTask };
