import { type CopyOptions, type Descriptor, isManifestType, type RemoteRepository, type Target } from '@ilab/oras';
import type { Progress } from '@ilab/plugin-api';
import { watchedContent } from '../upload/watched-content.ts';

/** A target that tells of blobs on their way, and what they come to. */
export interface WatchedCopy {
  readonly target: Target;
  /** For what does not go out. */
  readonly hooks: Pick<CopyOptions, 'onSkipped' | 'onMounted'>;
  /** Bytes of blobs so far: sent, what broke twice; and those that were there, or were taken from another repository. */
  readonly count: { readonly sent: number; readonly here: number };
}

export function watchCopy(target: RemoteRepository, progress: Progress): WatchedCopy {
  const count = { sent: 0, here: 0 };
  const begin = (blob: Descriptor) => progress.begin({ label: labelOf(blob), size: blob.size });
  const linked = (blob: Descriptor): void => {
    if (isManifestType(blob.mediaType)) return;
    count.here += blob.size;
    begin(blob).end('linked');
  };
  return {
    count,
    hooks: { onSkipped: linked, onMounted: linked },
    target: {
      ...target,
      async push(descriptor, content, options) {
        if (isManifestType(descriptor.mediaType)) return target.push(descriptor, content, options);
        const task = begin(descriptor);
        try {
          const sent = await target.push(descriptor, watchedContent(content, task), options);
          count.sent += sent;
          count.here += descriptor.size - Math.min(sent, descriptor.size);
          task.end(sent === 0 ? 'linked' : 'sent');
          return sent;
        } catch (error) {
          task.end('failed');
          throw error;
        }
      },
    },
  };
}

function labelOf({ annotations, digest }: Descriptor): string {
  return annotations['org.cncf.model.filepath'] ?? annotations['org.opencontainers.image.title'] ?? digest.slice(0, 19);
}
