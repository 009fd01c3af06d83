import type { Content, Descriptor, Fetcher } from '@ilab/oras';
import type { CallOptions } from '@ilab/plugin-api';

/** Content that comes from elsewhere as it is read. What stands before the start of a range is fetched and let go: it is part of the proof. */
export function fetchedContent(source: Fetcher, descriptor: Descriptor, options: CallOptions): Content {
  return {
    async *open({ start, end } = { start: 0, end: descriptor.size }) {
      let position = 0;
      for await (const piece of source.fetch(descriptor, options)) {
        const from = Math.max(0, start - position);
        const to = end - position;
        position += piece.length;
        if (from < piece.length && to > 0) yield piece.subarray(from, Math.min(to, piece.length));
        if (position >= end && end < descriptor.size) return;
      }
    },
  };
}
