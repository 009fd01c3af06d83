import { IlabError } from '@ilab/core';
import type { Header } from 'tar-stream';

/** What a member is to a model. */
export type MemberKind =
  | { readonly kind: 'file' | 'folder' }
  /** Another name of the member that is called so. */
  | { readonly kind: 'hard-link'; readonly to: string }
  /** Nothing of a model's; in words. */
  | { readonly kind: 'other'; readonly what: string };

/** Old and rare ones, GNU's included. */
const OTHERS: Readonly<Record<string, string>> = { 'character-device': 'a device', 'block-device': 'a device', fifo: 'a pipe' };

/**
 * Tells a member's kind by its header.
 * @throws IlabError E_REGISTRY for kinds whose content would be read wrongly: sparse files, and whatever is not known
 */
export function memberKind({ name, type, size = 0, linkname, pax }: Header): MemberKind {
  // Before POSIX, folders were told by their names alone.
  if (type === 'directory' || (type === 'file' && size === 0 && name.endsWith('/'))) return { kind: 'folder' };
  if (type === 'symlink') return { kind: 'other', what: `a link to “${String(linkname).slice(0, 200)}”` };
  if (type === 'link') return { kind: 'hard-link', to: linkname ?? '' };
  const other = type == null ? undefined : OTHERS[type];
  if (other !== undefined) return { kind: 'other', what: other };
  const isFile = (type === 'file' || type === 'contiguous-file') && !name.endsWith('/');
  if (isFile && !Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) return { kind: 'file' };
  throw new IlabError('E_REGISTRY', `An archive holds “${name.slice(0, 200)}”, which is of a kind that can’t be unpacked.`, {
    hint: 'Tell whoever pushed it: sparse files, for one, are to be packed as plain ones.',
    side: 'source',
  });
}
