import type { RemoteFile, SnapshotId } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';

/** A file of another revision of the same repository, under the same path, that is on this machine. */
export interface OlderFile {
  /** The revision that it is a file of. */
  readonly snapshot: SnapshotId;
  /** As its registry described it when it came. */
  readonly file: RemoteFile;
  /** Absolute; for the host, which reads it on behalf of {@link DeliverySite}. */
  readonly path: string;
}

/** A GET of bytes `from` inclusive to `to` exclusive. */
export interface RangeRequest {
  /** Where to GET it. */
  readonly url: string;
  /** As in `BlobLocation`: for exactly the origin of `url`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first byte. */
  readonly from: number;
  /** The byte after the last. */
  readonly to: number;
}

/** What came of a {@link RangeRequest}. */
export interface RangeAnswer {
  /** 206 with exactly the bytes that were asked for in `body`, or any other status, without one. */
  readonly status: number;
  /** Must be read to its end, or ended: a connection is held for it. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * What the host lends to a delivery: its connections, the older files and the partial file. All bytes pass through here, so that they are
 * counted, held to the user's limits, and missed when none come. Once the delivery has ended every call throws.
 */
export interface DeliverySite {
  /** Bytes that would have to be fetched without this delivery. */
  readonly missing: number;
  /**
   * Redirects are followed, one try is made.
   * @throws IlabError E_NETWORK, E_REGISTRY, E_FORBIDDEN; also while the body is read
   */
  get(request: RangeRequest, options: CallOptions): Promise<RangeAnswer>;
  /** Fills bytes from an older file. @throws IlabError E_STORE when it has not so many */
  read(older: OlderFile, range: { readonly from: number; readonly into: Uint8Array }): Promise<void>;
  /** Copies from an older file into the partial one. @throws IlabError E_STORE */
  copy(older: OlderFile, range: { readonly from: number; readonly length: number; readonly to: number }): Promise<void>;
  /** Writes into the partial file, in any order. @throws IlabError E_STORE, E_NO_SPACE */
  write(at: number, bytes: Uint8Array): void;
}

/** One file for a registry to bring by itself. */
export interface DeliveryRequest {
  /** The revision that is downloaded. */
  readonly snapshot: SnapshotId;
  /** The file of it that is wanted. */
  readonly file: RemoteFile;
  /** The youngest first; never empty. */
  readonly older: readonly OlderFile[];
  /** What the host lends; nothing else is to be used. */
  readonly site: DeliverySite;
}
