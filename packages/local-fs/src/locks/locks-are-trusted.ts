import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** File systems on which a lock may be granted to everybody, or be unknown to another machine (statfs(2), and each one's own header). */
const UNTRUSTED: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x19830326, 'BeeGFS'],
  [0x20030528, 'OrangeFS'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
]);

/** Whether locks in a directory keep others out. Where they may not, what deletes refuses to. The directory need not exist. */
export function locksAreTrusted(directory: string): boolean {
  return untrustedFileSystem(directory) === undefined;
}

/** The kind of file system, when it is one whose locks can't be trusted. Only Linux tells kinds apart by number. */
export function untrustedFileSystem(directory: string): string | undefined {
  return process.platform === 'linux' ? UNTRUSTED.get(statfsSync(nearest(directory)).type >>> 0) : undefined;
}

function nearest(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) || path === dirname(path) ? path : nearest(dirname(path));
}
