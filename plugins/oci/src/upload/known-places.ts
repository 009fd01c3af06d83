import type { Descriptor } from '@ilab/oras';
import type { AnswerCache, RepositoryId } from '@ilab/plugin-api';
import { createRemembered } from './remembered.ts';

type Place = Pick<RepositoryId, 'host' | 'repository'>;

/** Which repositories of a host have a blob, as far as was seen here: a registry can take it from there. */
export interface KnownPlaces {
  find(descriptor: Descriptor): Promise<Place | undefined>;
  remember(descriptor: Descriptor): Promise<void>;
}

/** As distribution spec and Docker have it. What was remembered becomes part of an address. */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
/** Smaller blobs are sent as quickly as they are asked for, in bytes. */
const WORTH = 1024 * 1024;

/**
 * @param origin where the files came from, if that is known
 */
export function createKnownPlaces(
  { host, repository }: Place,
  { answers, origin }: { readonly answers: AnswerCache | undefined; readonly origin: Place | undefined },
): KnownPlaces {
  const remembered = createRemembered(answers, `oci-places-1 ${host}`);
  const elsewhere = (place: string | undefined): Place | undefined =>
    place !== undefined && place !== repository && place.length <= 255 && REPOSITORY.test(place) ? { host, repository: place } : undefined;
  return {
    async find(descriptor) {
      if (descriptor.size < WORTH) return undefined;
      return elsewhere(await remembered.get(descriptor.digest)) ?? elsewhere(origin?.host === host ? origin.repository : undefined);
    },
    async remember(descriptor) {
      if (descriptor.size >= WORTH) await remembered.put(descriptor.digest, repository);
    },
  };
}
