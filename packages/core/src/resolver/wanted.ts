import type { RemoteReference, ShortReference } from '../model/reference.ts';
import { isHost } from '../reference/host.ts';

/** What narrows a repository down. */
export interface Wanted {
  readonly version?: string;
  readonly digest?: string;
  readonly selector?: string;
}

/** Version, digest and selector of a reference. */
export function wantedOf({ version, digest, selector }: RemoteReference | ShortReference): Wanted {
  return { ...(version !== undefined && { version }), ...(digest !== undefined && { digest }), ...(selector !== undefined && { selector }) };
}

/** Whether a reference was written without a host, so that it may also be the end of something tracked. */
export function isBare(reference: RemoteReference | ShortReference): boolean {
  if (reference.kind !== 'remote') return true;
  return !reference.input.includes('://') && !isHost(reference.input.split('/', 1)[0] ?? '');
}
