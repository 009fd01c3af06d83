import type { CallOptions } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import type { Content } from './content.ts';

/** Gives the content of a descriptor. */
export interface Fetcher {
  /**
   * Implementers MUST verify size and digest on the way, and MUST throw before the last bytes are taken for good when they are wrong:
   * an iteration that ends has given exactly the descriptor's content.
   * @throws IlabError E_NOT_FOUND, E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY, E_STORE
   */
  fetch(descriptor: Descriptor, options: CallOptions): AsyncIterable<Uint8Array>;
  /** Whether the content is there. @throws IlabError as {@link Fetcher.fetch}, without E_NOT_FOUND */
  exists(descriptor: Descriptor, options: CallOptions): Promise<boolean>;
}

/** Takes content under its descriptor. */
export interface Pusher {
  /**
   * Implementers MUST verify what they keep, MUST take content that is there already for done, and MUST keep nothing of it when they throw
   * but what a later push of the same goes on with. Manifests and indexes, told by their media type, go where tags and referrers find them;
   * what they name has to be there before.
   * @returns bytes that really went out; 0 where the target had it
   * @throws IlabError E_INTEGRITY (the content is not the descriptor's), E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY, E_NO_SPACE, E_STORE
   */
  push(descriptor: Descriptor, content: Content, options: CallOptions): Promise<number>;
}

/** Finds what a tag or a digest names. */
export interface Resolver {
  /** @throws IlabError E_NOT_FOUND, and as {@link Fetcher.fetch} */
  resolve(reference: string, options: CallOptions): Promise<Descriptor>;
}

/** Names manifests. */
export interface Tagger {
  /** The manifest has to be there. A tag that is there moves. @throws IlabError as {@link Pusher.push} */
  tag(descriptor: Descriptor, tag: string, options: CallOptions): Promise<void>;
}

/** Finds what refers to a manifest: signatures, attestations, bills of materials (distribution spec, “Listing Referrers”). */
export interface ReferrerFinder {
  /** @throws IlabError as {@link Fetcher.fetch}; a manifest that nothing refers to has none. */
  referrers(descriptor: Descriptor, options: CallOptions & { readonly artifactType?: string }): AsyncIterable<Descriptor>;
}

/** What can be copied from. */
export interface Source extends Fetcher, Resolver {}

/** A source whose manifests can be followed to what refers to them. */
export interface GraphSource extends Source, ReferrerFinder {}

/** What can be copied to, and from. */
export interface Target extends Source, Pusher, Tagger {
  /**
   * Takes a blob from another repository of the same registry without sending it (distribution spec, “Mounting a blob”).
   * @returns false where that can't be: the blob is to be pushed
   */
  mount?(descriptor: Descriptor, from: { readonly host: string; readonly repository: string }, options: CallOptions): Promise<boolean>;
}
