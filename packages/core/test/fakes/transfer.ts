import type { CallOptions, Transfer, UnpackedMember } from '../../src/index.ts';
import { sha256 } from './registry.ts';

/** How a fake network behaves. */
export interface Network {
  /** What to do instead of fetching these bytes, by digest. */
  readonly instead: Map<string, (options: CallOptions) => Promise<never>>;
  /** What comes out of an archive, by digest. */
  readonly members: Map<string, readonly UnpackedMember[]>;
  /** Most fetches that were under way at once. */
  busiest: number;
}

export function fileMember(path: string, content: string): UnpackedMember {
  return { kind: 'file', path, size: content.length, sha256: sha256(content), target: `/unpacked/${path}` };
}

/** Fetches nothing: says how many bytes would have come. Takes a turn of the event loop, so that work at once shows. */
export function fakeTransfer(network: Network, log: string[]): Transfer {
  let running = 0;
  return {
    async fetch({ size, digest, locate, task, delivery }, options) {
      network.busiest = Math.max(network.busiest, ++running);
      try {
        if (delivery) log.push(`offered ${delivery.older.map(({ snapshot }) => snapshot.revision).join(', ')}`);
        await locate(options);
        await new Promise((resolve) => setImmediate(resolve));
        options.signal?.throwIfAborted();
        await network.instead.get(digest)?.(options);
        log.push(`fetched ${size}`);
        task?.at(size);
        return { fetched: size, linked: 0, sha256: digest.startsWith('sha256:') ? digest.slice(7) : sha256(digest) };
      } finally {
        running--;
      }
    },
    async *unpack({ archive }) {
      yield* network.members.get(archive.slice('/ingest/'.length)) ?? [];
    },
  };
}
