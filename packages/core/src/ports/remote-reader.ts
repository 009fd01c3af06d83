import type { RemoteBlob, RemoteFile, SnapshotId } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';
import type { Registry } from './registry.ts';
import type { UploadFile } from './upload.ts';

/** Where something is read from. */
export interface ReadFrom {
  readonly registry: Pick<Registry, 'locate'>;
  readonly snapshot: SnapshotId;
}

/** A blob of a registry. */
export interface ReadRequest extends ReadFrom {
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

  /**
   * Makes a file of a registry ready to be sent to another. Where the registry tells no sha256, implementers MUST read it once to hash it,
   * and MUST hold it only if it is small, and not too many of these.
   * @throws IlabError as {@link RemoteReader.read}
   */
  prepare(request: ReadFrom & { readonly file: RemoteFile }, options: CallOptions): Promise<UploadFile>;
}
