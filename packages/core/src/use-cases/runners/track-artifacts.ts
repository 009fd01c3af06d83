import type { CallOptions } from '../../ports/call-options.ts';
import type { Origin, Origins } from '../../ports/origins.ts';
import type { RunnerEvent } from '../../ports/runner.ts';

export type Artifact = Omit<Extract<RunnerEvent, { type: 'artifact' }>, 'type'>;

/** What a job has finished so far, noted as it comes. */
export interface Tracking {
  readonly artifacts: readonly Artifact[];
  take(event: RunnerEvent): void;
  /** Waits for what is still being noted. @throws IlabError E_STORE */
  settle(): Promise<void>;
}

/** Notes of each checkpoint and adapter what it was made of, at once: what is finished is tracked however the job ends. */
export function trackArtifacts(
  origins: Origins,
  { output, origin }: { readonly output: string; readonly origin: Origin | undefined },
  options: CallOptions,
): Tracking {
  const artifacts: Artifact[] = [];
  const noted: Promise<void>[] = [];
  return {
    artifacts,
    take(event) {
      if (event.type !== 'artifact') return;
      const { type: _type, ...artifact } = event;
      artifacts.push(artifact);
      const { kind, path, step } = artifact;
      if (origin && (kind === 'checkpoint' || kind === 'adapter')) {
        // Told at its end; a rejection before that is nobody's accident.
        const note = origins.note(`${output}/${path}`, { ...origin, ...(step !== undefined && { step }) }, options);
        note.catch(() => undefined);
        noted.push(note);
      }
    },
    async settle() {
      await Promise.all(noted);
    },
  };
}
