import type { ModelDescription } from '@ilab/oras';
import { isPrivateHost, type UploadRequest } from '@ilab/plugin-api';

/** Formats that ModelPack has a word for. */
const FORMATS: Readonly<Record<string, string>> = { gguf: 'gguf', safetensors: 'safetensors', adapter: 'safetensors' };

/**
 * What is written beside the files: what they say themselves, and where they are from. The destination is not part of it, so that a
 * model is the same artifact wherever it goes, nor is a host inside the user's network.
 */
export function describe({ facts, origin, description }: Pick<UploadRequest, 'facts' | 'origin' | 'description'>): ModelDescription {
  const format = FORMATS[facts?.format ?? ''];
  return {
    ...(description !== undefined && { description }),
    ...(format !== undefined && { format }),
    ...(facts?.architecture !== undefined && { architecture: facts.architecture }),
    ...(facts?.parameters !== undefined && { parameters: facts.parameters }),
    ...(facts?.quantisation !== undefined && { quantisation: facts.quantisation }),
    ...(facts?.licence !== undefined && { licence: facts.licence }),
    ...(origin && !isPrivateHost(hostName(origin.host)) && whereFrom(origin)),
  };
}

function whereFrom({ host, repository, revision }: NonNullable<UploadRequest['origin']>): ModelDescription {
  return { name: repository.slice(repository.lastIndexOf('/') + 1), source: `https://${host}/${repository}`, revision };
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}
