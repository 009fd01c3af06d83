import type { RemoteBlob, SnapshotId } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';
import type { Registry } from './registry.ts';

/** A blob of a registry, and who says where it is. */
export interface ReadRequest {
  readonly registry: Pick<Registry, 'locate'>;
  readonly snapshot: SnapshotId;
  readonly blob: RemoteBlob;
  /** Bytes from `start` up to, and without, `end`; default all. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Reads what registries hold without keeping it, to be passed on. What is to stay on this machine is for `Transfer` to bring. */
export interface RemoteReader {
  /**
   * A blob's bytes, in order, over one connection at a time. Implementers MUST go on where a connection broke, MUST locate the blob anew
   * where its address expired, MUST hold no more than a few pieces, and, where all of it is read, MUST verify it and MUST throw before
   * the last bytes are given when they are wrong. A part proves nothing: whoever takes parts has to verify the whole. Whoever stops early
   * ends the iteration.
   * @throws IlabError E_INTEGRITY, E_NETWORK, E_REGISTRY, E_UNAUTHORIZED, E_FORBIDDEN, E_NOT_FOUND, E_RATE_LIMITED, E_OFFLINE
   */
  read(request: ReadRequest, options: CallOptions): AsyncIterable<Uint8Array>;
}
