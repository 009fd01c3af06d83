import type { Target } from '@ilab/oras';
import { type CallOptions, forEachAtOnce, type UploadOptions } from '@ilab/plugin-api';
import type { Part } from './artifact.ts';
import type { KnownPlaces } from './known-places.ts';
import type { Work } from './watch-reads.ts';
import { watchedContent } from './watched-content.ts';

export interface Sent {
  readonly sent: number;
  readonly fresh: number;
}

/** Blobs under way. Each is one connection; more of them bring nothing at most registries, and trouble at some. */
const AT_ONCE = 5;

export interface Sending {
  readonly target: Target;
  /** What was done before, as part of the total. */
  readonly done: Work;
  readonly places: KnownPlaces;
}

/**
 * Brings blobs to a repository: what it has is not sent, nor what the registry can take from another repository.
 * @returns bytes that went out, and how many of the blobs' bytes these were: what breaks may go twice
 * @throws IlabError as `Target.push`
 */
export async function sendParts(deps: Sending, parts: readonly Part[], { progress, signal }: UploadOptions): Promise<Sent> {
  const unique = [...new Map(parts.map((part) => [part.descriptor.digest, part])).values()];
  // The largest first, so that none is left alone at the end.
  unique.sort((a, b) => b.descriptor.size - a.descriptor.size);
  progress.plan({ files: deps.done.files + unique.length, bytes: unique.reduce((sum, { descriptor }) => sum + descriptor.size, deps.done.bytes) });
  let [sent, fresh] = [0, 0];
  await forEachAtOnce(unique, { limit: AT_ONCE, signal }, async (part, both) => {
    const task = progress.begin({ label: part.label, size: part.descriptor.size });
    try {
      const isMounted = await mount(deps, part, { signal: both });
      const bytes = isMounted ? 0 : await deps.target.push(part.descriptor, watchedContent(part.content, task), { signal: both });
      sent += bytes;
      fresh += Math.min(bytes, part.descriptor.size);
      task.end(bytes === 0 ? 'linked' : 'sent');
      await deps.places.remember(part.descriptor);
    } catch (error) {
      task.end('failed');
      throw error;
    }
  });
  return { sent, fresh };
}

/** Where another place is known. What the repository has itself is for `push` to find out. */
async function mount({ target, places }: Sending, { descriptor }: Part, options: CallOptions): Promise<boolean> {
  const place = target.mount && (await places.find(descriptor));
  if (place === undefined || (await target.exists(descriptor, options))) return false;
  return (await target.mount?.(descriptor, place, options)) === true;
}
