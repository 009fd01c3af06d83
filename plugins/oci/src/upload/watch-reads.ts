import type { Content } from '@ilab/oras';
import type { Progress } from '@ilab/plugin-api';

/** How much was done, for a total. */
export interface Work {
  readonly files: number;
  readonly bytes: number;
}

export const NONE: Work = { files: 0, bytes: 0 };

type Watch = (content: Content, layer: { readonly path: string; readonly size: number }) => Content;

/** Makes a task of every content that is read to hash it, and counts them. */
export function watchReads(progress: Progress): { readonly watch: Watch; readonly read: Work } {
  const read = { files: 0, bytes: 0 };
  const watch: Watch = (content, { path, size }) => ({
    async *open() {
      read.files += 1;
      read.bytes += size;
      progress.plan(read);
      const task = progress.begin({ label: path, size });
      let done = 0;
      let outcome: 'checked' | 'failed' = 'failed';
      try {
        for await (const piece of content.open()) {
          yield piece;
          done += piece.length;
          task.at(done);
        }
        outcome = 'checked';
      } finally {
        task.end(outcome);
      }
    },
  });
  return { watch, read };
}
