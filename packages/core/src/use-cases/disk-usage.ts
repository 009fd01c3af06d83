import type { StoredSnapshot, StoreItem } from '../model/stored.ts';

/** Bytes on disk, every one counted once, however many names it has. */
export interface DiskUsage {
  /** `unique` and `shared` together. */
  readonly size: number;
  /** Bytes of one snapshot or model only. */
  readonly unique: number;
  /** Bytes that several snapshots have, or another tool as well. */
  readonly shared: number;
  /**
   * Bytes of equal files that are several files to the file system. Where it shares by reflink they take no space of their own, which
   * only the file system knows; so the disk may hold up to so many bytes less.
   */
  readonly repeated: number;
}

/** What everything takes together. */
export function diskUsage(items: readonly StoreItem[]): DiskUsage {
  const snapshots = items.flatMap((item) => (item.kind === 'repository' ? item.snapshots : []));
  const unmanaged = items.reduce((sum, item) => (item.kind === 'legacy' || item.kind === 'checkpoint' ? sum + item.size : sum), 0);
  const unique = snapshots.reduce((sum, { uniqueSize }) => sum + uniqueSize, 0);
  const { size, repeated } = onDisk(snapshots);
  return { size: size + unmanaged, unique: unique + unmanaged, shared: size - unique, repeated };
}

function onDisk(snapshots: readonly StoredSnapshot[]): { readonly size: number; readonly repeated: number } {
  const inodes = new Set<string>();
  const hashes = new Set<string>();
  let size = 0;
  let repeated = 0;
  for (const file of snapshots.flatMap(({ files }) => files)) {
    if (file.inode !== undefined && inodes.has(file.inode)) continue;
    if (file.inode !== undefined) inodes.add(file.inode);
    size += file.size;
    if (file.sha256 === undefined) continue;
    if (hashes.has(file.sha256)) repeated += file.size;
    hashes.add(file.sha256);
  }
  return { size, repeated };
}
