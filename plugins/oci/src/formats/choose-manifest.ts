import type { Descriptor, Index } from '@ilab/oras';

/**
 * The manifest of an index that holds the model. A model is the same on every platform, so the choice does not look at this
 * machine: one revision has the same files everywhere. A manifest that says it is a model wins, then one for no platform, then
 * Linux on amd64, then the first.
 */
export function chooseManifest({ manifests }: Index): Descriptor | undefined {
  const candidates = manifests.filter((entry) => !isAttachment(entry));
  return (
    candidates.find((entry) => /\bmodel\b/.test(entry.artifactType ?? '')) ??
    candidates.find((entry) => entry.platform === undefined) ??
    candidates.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ??
    candidates[0]
  );
}

/** BuildKit keeps attestations beside the images, under a platform that there is not. */
function isAttachment({ annotations, platform }: Descriptor): boolean {
  return annotations['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}
