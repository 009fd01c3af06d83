import type { Digest } from '../model/digest.ts';
import type { RemoteArchive } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';
import type { DeliverySite, OlderFile } from './delivery.ts';
import type { ProgressTask } from './progress.ts';
import type { BlobLocation, LocateOptions } from './registry.ts';

/** One blob to fetch. */
export interface FetchRequest {
  readonly size: number;
  readonly digest: Digest;
  /**
   * Asked once before the first byte, and again whenever the answer has expired or is refused (401, 403), or did not bring the blob, or
   * brought a wrong one, where there was `more`.
   */
  readonly locate: (options: LocateOptions) => Promise<BlobLocation>;
  /**
   * The partial file: an absolute path whose directory exists. What is already in it from an earlier try is used and hashed
   * again; the transfer keeps its journal beside it as `<target>.journal`. The caller holds it alone.
   */
  readonly target: string;
  readonly task?: ProgressTask | undefined;
  /** A shorter way than by ranges, to be tried first. */
  readonly delivery?: Delivery | undefined;
}

/** See `Registry.deliver`. */
export interface Delivery {
  /** Only these may be read. */
  readonly older: readonly OlderFile[];
  /** @returns `false` where it declined */
  deliver(site: DeliverySite, options: CallOptions): Promise<boolean>;
}

export interface FetchResult {
  /** Bytes that came over the network, less than `size` where an earlier try had some or a delivery was shorter. */
  readonly fetched: number;
  /** Bytes that came out of older files. */
  readonly linked: number;
  /** Hex; of the whole content, whatever algorithm the digest has. */
  readonly sha256: string;
}

/** What came out of an archive. */
export type UnpackedMember =
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly sha256: string; readonly target: string }
  /** A file of an earlier archive is gone; `opaque`: everything below that folder. */
  | { readonly kind: 'whiteout'; readonly path: string; readonly opaque: boolean }
  /** No regular file, and so none of the model's: a symbolic link, a hard link to what did not come out, a device, a pipe. */
  | { readonly kind: 'left-out'; readonly path: string; readonly what: string };

export interface UnpackRequest {
  /** The archive's verified bytes. */
  readonly archive: string;
  readonly codec: RemoteArchive['codec'];
  readonly prefix: string;
  /** Whether whiteouts count (OCI image spec, layer.md “Whiteouts”); default: they are files like any other. */
  readonly overlay?: boolean | undefined;
  /** An existing directory that takes the members under names of the transfer's choosing. */
  readonly directory: string;
}

/** Brings bytes that a registry located, and is the one place where they are verified. */
export interface Transfer {
  /**
   * When it returns, `target` holds exactly the expected bytes, hashed and synced, and its journal is gone. When it throws,
   * what arrived stays for the next try, except after E_INTEGRITY, when nothing of it can be trusted and it is removed.
   * @throws IlabError E_INTEGRITY, E_NETWORK, E_REGISTRY, E_UNAUTHORIZED, E_FORBIDDEN, E_NOT_FOUND, E_RATE_LIMITED, E_NO_SPACE, E_STORE
   */
  fetch(request: FetchRequest, options: CallOptions): Promise<FetchResult>;

  /**
   * Unpacks the regular files below the prefix; a hard link to one of them is one, too. Implementers MUST refuse absolute paths, `..`,
   * members of kinds that they don't know, more bytes than the disk can take and far more than the archive's size makes likely, MUST make
   * no link that the archive names, MUST tell what they leave out, and MUST sync each file.
   * @throws IlabError E_REGISTRY (hostile or broken archive), E_NO_SPACE, E_STORE
   */
  unpack(request: UnpackRequest, options: CallOptions): AsyncIterable<UnpackedMember>;
}
