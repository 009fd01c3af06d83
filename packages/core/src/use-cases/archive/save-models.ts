import { IlabError } from '../../errors/ilab-error.ts';
import type { VersionKind } from '../../model/snapshot.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Lease } from '../../ports/lease.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { ModelArchives, OutgoingModel, PackedModels } from '../../ports/model-archives.ts';
import type { ModelReader } from '../../ports/model-reader.ts';
import type { Progress } from '../../ports/progress.ts';
import { formatReference } from '../../reference/format-reference.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import { readFacts } from '../upload/read-facts.ts';
import { type Source, type SourceDeps, sourceFiles } from '../upload/source-files.ts';

export interface SaveDeps extends SourceDeps {
  readonly cache: Cache;
  readonly metadata: Metadata;
  readonly reader: ModelReader;
  readonly archives: ModelArchives;
  readonly progress: Progress;
}

/** What was saved. */
export interface SavedModels {
  readonly models: PackedModels['models'];
  /** Of the archive. */
  readonly bytes: number;
}

/**
 * Writes models of the store as one archive, for a machine without a network. `write` gets the archive once, from its beginning to its end,
 * and is called only when all is known that goes in.
 * @throws IlabError E_USAGE (a model without a name, a selection of files), and as `resolveReference` and `ModelArchives.pack`
 */
export async function saveModels(
  deps: SaveDeps,
  { references, write }: { readonly references: readonly string[]; readonly write: (archive: AsyncIterable<Uint8Array>) => Promise<void> },
  options: CallOptions,
): Promise<SavedModels> {
  const leases: Lease[] = [];
  try {
    const models = new Map<string, OutgoingModel>();
    for (const value of references) {
      const source = await sourceFiles(deps, { value, any: false }, options);
      if (!source.origin) throw nameless(source.reference);
      refusePart(value, { deps, origin: source.origin });
      leases.push(await deps.cache.lease(source.origin, { purpose: 'save' }, options));
      const model = await outgoing(deps, source, options);
      models.set(model.reference, model);
    }
    const packed = await deps.archives.pack([...models.values()], options);
    await write(watched(deps.progress, packed, options));
    return { models: packed.models, bytes: packed.size };
  } finally {
    for (const lease of leases) await lease.end();
  }
}

/** What keeps its own manifest keeps all that this names. @throws IlabError E_USAGE */
function refusePart(value: string, { deps, origin }: { readonly deps: SaveDeps; readonly origin: NonNullable<Source['origin']> }): void {
  const reference = parseReference(value, { manifests: deps.registries.manifests, registries: deps.settings.registries });
  if (origin.manifest === undefined || reference.kind === 'path' || reference.selector === undefined) return;
  throw new IlabError('E_USAGE', `${value} is a part of a model, and it is saved as its registry has it: whole.`, { hint: 'Leave the selector out.' });
}

async function outgoing(deps: SaveDeps, source: Source, options: CallOptions): Promise<OutgoingModel> {
  const { origin, reference } = source;
  if (!origin) throw nameless(reference);
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const named = parseReference(reference, grammar);
  if (named.kind !== 'remote') throw nameless(reference);
  const { manifest, ...id } = origin;
  const record = named.version === undefined ? undefined : await deps.metadata.version(id, named.version, options);
  const version = record?.revision === id.revision ? record.name : undefined;
  const kind: VersionKind = version === undefined || !record ? (id.revision.includes(':') ? 'digest' : 'commit') : record.kind;
  const { adapter, host, repository } = named;
  // A revision by itself is a digest to an OCI registry, and a version to others.
  const revision = id.revision.includes(':') ? { digest: id.revision } : { version: id.revision };
  const parts = version === undefined ? revision : { version };
  return {
    reference: formatReference({ adapter, host, repository, ...parts }, grammar),
    id,
    ...(version !== undefined && { version }),
    kind,
    files: await deps.outbox.prepareAll(source.files, { ...options, begin: (file) => deps.progress.begin({ label: file.path, size: file.size }) }),
    ...(manifest && { manifest }),
    facts: await readFacts(deps.reader, source, options),
  };
}

async function* watched(progress: Progress, packed: PackedModels, options: CallOptions): AsyncGenerator<Uint8Array> {
  progress.plan({ files: 1, bytes: packed.size });
  const task = progress.begin({ label: 'archive', size: packed.size });
  let at = 0;
  let isWhole = false;
  try {
    for await (const piece of packed.open(options)) {
      options.signal?.throwIfAborted();
      yield piece;
      at += piece.length;
      task.at(at);
    }
    isWhole = true;
  } finally {
    task.end(isWhole ? 'sent' : 'failed');
  }
}

function nameless(reference: string): IlabError {
  return new IlabError('E_USAGE', `${reference} has no name that another machine could know it by.`, {
    hint: 'Bring it in first, as ilab model import PATH --as localhost/name.',
  });
}
