import { type Digest, digestParts } from '@ilab/core/adapter';

/** Under what a registry without a list of its own keeps what refers to a manifest (distribution spec, “Referrers Tag Schema”). */
export function referrersTag(subject: Digest): string {
  const { algorithm, hex } = digestParts(subject);
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}
