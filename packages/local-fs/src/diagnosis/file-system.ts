import { statfsSync } from 'node:fs';

/** Names of file systems by their number (statfs(2), and linux/magic.h). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0xca451a4e, 'bcachefs'],
  [0x2fc12fc1, 'ZFS'],
  [0xf2f52010, 'F2FS'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x0bd00bd0, 'Lustre'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9p'],
  [0x4d44, 'FAT'],
  [0x2011bab0, 'exFAT'],
  [0x7366746e, 'NTFS'],
]);

/** What kind of file system a directory is on: its name where it is known, else its number. */
export function fileSystemOf(directory: string): string {
  if (process.platform !== 'linux') return `a file system of ${process.platform}`;
  const { type } = statfsSync(directory);
  return NAMES.get(type) ?? `a file system of type 0x${type.toString(16)}`;
}
