import type { CallOptions } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import type { Content } from '../target/content.ts';
import type { Fetcher } from '../target/target.ts';

/** What a source has, as content that a target takes: read anew, up to where it is wanted, when it is opened again. */
export function sourceContent(source: Pick<Fetcher, 'fetch'>, descriptor: Descriptor, options: CallOptions): Content {
  return {
    async *open({ start, end } = { start: 0, end: descriptor.size }) {
      let at = 0;
      // To the end where the end is wanted, so that it is proved.
      for await (const piece of source.fetch(descriptor, options)) {
        const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
        at += piece.length;
        if (wanted.length > 0) yield wanted;
        if (at >= end && end < descriptor.size) return;
      }
    },
  };
}
