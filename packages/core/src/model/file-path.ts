import { encodeName, isName } from './disk-name.ts';

const LONGEST = 1024;
const UNUSABLE = /[\\\p{Cc}\p{Cs}]/u;

/**
 * Whether text can be the path of a file in a snapshot: relative, separated by `/`, of names that can stand on every disk, as they are
 * or encoded. The one verdict for what registries list, archives hold and `.metadata` says; it is the same on every system.
 */
export function isFilePath(path: string): boolean {
  if (path.length > LONGEST || UNUSABLE.test(path)) return false;
  return path.split('/').every((name) => name !== '.' && name !== '..' && isName(name));
}

/** A path's entry below its snapshot, each name of it encoded. @throws IlabError E_STORE as `encodeName` */
export function encodeFilePath(path: string): string {
  return path.split('/').map(encodeName).join('/');
}
