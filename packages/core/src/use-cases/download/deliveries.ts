import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { OlderFile } from '../../ports/delivery.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Delivery } from '../../ports/transfer.ts';
import type { DownloadDeps } from './deps.ts';

/** The shorter way for a file, where its registry may know one. */
export type Deliveries = (file: RemoteFile, options: CallOptions) => Promise<Delivery | undefined>;

/** Offers a registry the older versions of its files that are here. The store is looked through once, when the first file is about to be fetched. */
export function createDeliveries(
  { cache }: Pick<DownloadDeps, 'cache'>,
  { registry, snapshot, force }: { readonly registry: Registry; readonly snapshot: RemoteSnapshot; readonly force: boolean },
): Deliveries {
  let found: Promise<ReadonlyMap<string, readonly OlderFile[]>> | undefined;
  return async (file, options) => {
    if (force || !registry.deliver || !cache.older) return undefined;
    found ??= cache.older(snapshot, options);
    const older = (await found).get(file.path)?.filter((other) => other.file.blob.digest !== file.blob.digest) ?? [];
    if (older.length === 0) return undefined;
    return { older, deliver: async (site, call) => (await registry.deliver?.({ snapshot, file, older, site }, call)) ?? false };
  };
}
