import type { Content } from '@ilab/oras';
import type { ProgressTask } from '@ilab/plugin-api';

/** The same content, whose reading is told to a task: what was read has gone out, but for a piece. */
export function watchedContent(content: Content, task: ProgressTask): Content {
  return {
    async *open(range) {
      const from = range?.start ?? 0;
      let position = from;
      for await (const piece of content.open(range)) {
        yield piece;
        position += piece.length;
        task.at(position, { resumed: from });
      }
    },
  };
}
