import { type DownloadRequest, formatReference, IlabError, literalReference, type ReferenceGrammar, type RemoteReference } from '@ilab/core';
import type { DownloadOptions } from './model-options.ts';

/** What was asked for, with the version that stands beside the reference in it. @throws IlabError E_USAGE where they differ */
export function downloadRequest(request: DownloadOptions, named: RemoteReference, grammar: ReferenceGrammar): DownloadRequest {
  const { revision, include, exclude, force, donors } = request;
  if (revision !== undefined && named.version !== undefined && named.version !== revision) {
    throw new IlabError('E_USAGE', `${named.canonical} names a version, and --revision another: ${revision}.`, { hint: 'Give one of the two.' });
  }
  return {
    reference: revision === undefined ? named : literalReference(formatReference({ ...named, version: revision }, grammar), { grammar, aliases: {} }),
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(force !== undefined && { force }),
    ...(donors !== undefined && { donors }),
  };
}
