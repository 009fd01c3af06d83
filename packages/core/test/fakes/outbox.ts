import { createHash } from 'node:crypto';
import type { Outbox } from '../../src/index.ts';

/** Reads what a test says is in files. */
export function fakeOutbox(contents: ReadonlyMap<string, Uint8Array>): Pick<Outbox, 'prepare'> {
  return {
    async prepare({ path, size, at, sha256 }) {
      const content = contents.get(at) ?? new Uint8Array();
      return {
        path,
        size,
        sha256: sha256 ?? createHash('sha256').update(content).digest('hex'),
        async *open({ start, end } = { start: 0, end: size }) {
          yield content.subarray(start, end);
        },
      };
    },
  };
}
