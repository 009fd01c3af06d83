import { IlabError } from '../errors/ilab-error.ts';
import type { StoredFile, StoredSnapshot } from '../model/stored.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { HubCache, HubCacheFile } from '../ports/hub-cache.ts';
import { readInventory } from '../resolver/inventory.ts';
import type { TrackedResolution } from '../resolver/resolution.ts';
import { resolveReference } from '../resolver/resolve-reference.ts';
import { type ResolveDeps, resolveModel } from './resolve-model.ts';

/** A model that Hugging Face's tools find now. */
export interface ExportedModel {
  readonly reference: string;
  /** What to call it there: `org/name`. */
  readonly name: string;
  readonly revision: string;
  /** The version that leads there, if one was named. */
  readonly version?: string;
  /** The snapshot's directory in the cache. */
  readonly path: string;
  readonly files: readonly string[];
  /** Of the files, in bytes. */
  readonly bytes: number;
  /** Those of `bytes` that were there already. */
  readonly here: number;
}

/** The cache has no place for a host: what is in it is from there. */
const HUB = 'huggingface.co';

/**
 * Puts a model of the Hub into Hugging Face's own cache, fetched first if the pull policy says so.
 * @throws IlabError E_USAGE for a model that is not from huggingface.co, and as `resolveModel` and `HubCache.add`
 */
export async function exportToHubCache(deps: ResolveDeps & { readonly hubCache: HubCache }, value: string, options: CallOptions): Promise<ExportedModel> {
  const { reference } = await resolveModel(deps, { value }, options);
  const found = await resolveReference(deps, { value: reference, pull: 'never' }, options);
  if (found.kind !== 'tracked' || found.id?.source !== 'hf' || found.id.host !== HUB || found.revision === undefined) throw notOfTheHub(reference);
  const { id, revision, version } = found;
  const lease = await deps.cache.lease({ ...id, revision }, { purpose: 'export' }, options);
  try {
    const files = filesOf(await snapshotOf(deps, found, options));
    const { path, here } = await deps.hubCache.add({ repository: id.repository, commit: revision, ...(version !== undefined && { version }), files }, options);
    return {
      reference: found.reference,
      name: id.repository,
      revision,
      ...(version !== undefined && { version }),
      path,
      files: files.map((file) => file.path),
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      here,
    };
  } finally {
    await lease.end();
  }
}

/** It may stand in a read-only tier, too. */
async function snapshotOf({ cache }: ResolveDeps, { path, revision, reference }: TrackedResolution, options: CallOptions): Promise<StoredSnapshot> {
  const { repositories } = await readInventory(cache.items(options));
  const snapshot = repositories
    .flatMap(({ snapshots }) => snapshots)
    .find((one) => one.id.revision === revision && (path === one.path || path.startsWith(`${one.path}/`)));
  if (!snapshot) throw new IlabError('E_NOT_FOUND', `${reference} went away meanwhile.`, { retryable: true });
  return snapshot;
}

function filesOf({ path: directory, files, metadata }: StoredSnapshot): readonly HubCacheFile[] {
  const described = new Map(metadata.files.map((file) => [file.path, file]));
  return files.flatMap(({ path, size, entry = path }: StoredFile) => {
    const { gitSha1, sha256 } = described.get(path) ?? {};
    const etag = gitSha1 ?? sha256;
    return etag === undefined ? [] : [{ path, size, etag, from: `${directory}/${entry}` }];
  });
}

function notOfTheHub(reference: string): IlabError {
  return new IlabError('E_USAGE', `${reference} is not from ${HUB}, and its cache has no name for anything else.`, {
    hint: '`ilab model path` prints a path that every tool takes.',
  });
}
