import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteArchive } from '../../model/snapshot.ts';
import type { UnpackedMember } from '../../ports/transfer.ts';

/** A file that came out of an archive. */
export type Member = Extract<UnpackedMember, { kind: 'file' }>;

/** What archives come to when they lie over each other. */
export interface Overlay {
  /** Files by path. */
  readonly members: Map<string, Member>;
  /** What stands where no file of the model can, by path: links, devices. */
  readonly leftOut: Map<string, string>;
}

export function newOverlay(): Overlay {
  return { members: new Map(), leftOut: new Map() };
}

/**
 * Lays an archive over those before it: an image's layer as its specification has it, its whiteouts taking away from those below and never
 * from itself (OCI image spec, layer.md “Whiteouts”); any other archive beside them.
 * @throws IlabError E_REGISTRY when two files that no layer puts over each other have one name
 */
export function overlay(onto: Overlay, { archive, unpacked }: { readonly archive: RemoteArchive; readonly unpacked: readonly UnpackedMember[] }): void {
  for (const gone of unpacked) if (gone.kind === 'whiteout') takeAway(onto, gone);
  for (const member of unpacked) {
    if (member.kind === 'file') addFile(onto, { member, replaces: archive.overlay ?? false });
    if (member.kind === 'left-out') leaveOut(onto, member);
  }
}

function takeAway({ members, leftOut }: Overlay, { path: gone, opaque }: { readonly path: string; readonly opaque: boolean }): void {
  const below = gone === '' ? '' : `${gone}/`;
  for (const paths of [members, leftOut]) {
    for (const path of paths.keys()) if (path.startsWith(below) || (!opaque && path === gone)) paths.delete(path);
  }
}

function addFile({ members, leftOut }: Overlay, { member, replaces }: { readonly member: Member; readonly replaces: boolean }): void {
  const before = members.get(member.path);
  if (before && !replaces && before.sha256 !== member.sha256) throw twoOfOneName(member.path);
  members.set(member.path, member);
  leftOut.delete(member.path);
}

/** A link of an upper layer stands where the file of a lower one did. */
function leaveOut({ members, leftOut }: Overlay, { path, what }: { readonly path: string; readonly what: string }): void {
  members.delete(path);
  leftOut.set(path, what);
}

export function twoOfOneName(path: string): IlabError {
  return new IlabError('E_REGISTRY', `The revision has two different files called “${path}”.`, { hint: 'Tell whoever pushed it.', side: 'source' });
}
