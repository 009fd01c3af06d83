import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { SourceManifest } from '../model/source-manifest.ts';
import { isSelectorShape } from '../reference/grammar.ts';
import { isHost } from '../reference/host.ts';

/** What narrows a repository down. */
export interface Wanted {
  readonly version?: string;
  readonly digest?: string;
  readonly selector?: string;
}

/**
 * Version, digest and selector of a reference.
 * @param source of what it stands for, where that is known. A name without a host is then read as this source reads names: what has the
 * shape of its selectors after a colon is one.
 */
export function wantedOf({ input, version, digest, selector }: RemoteReference | ShortReference, source?: SourceManifest): Pick<ShortReference, keyof Wanted> {
  const pinned = digest !== undefined && { digest };
  if (version !== undefined && selector === undefined && isSelectorShape(version, source) && input.includes(`:${version}`)) {
    return { ...pinned, selector: version.toUpperCase() };
  }
  return { ...(version !== undefined && { version }), ...pinned, ...(selector !== undefined && { selector }) };
}

/** Whether a reference was written without a host, so that it may also be the end of something tracked. */
export function isBare(reference: RemoteReference | ShortReference): boolean {
  if (reference.kind !== 'remote') return true;
  return !reference.input.includes('://') && !isHost(reference.input.split('/', 1)[0] ?? '');
}
