import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import type { RepositoryId, SnapshotId } from '../../model/snapshot.ts';
import type { StoredSnapshot } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ForeignModel, ForeignModels, ForeignTool, RefusedModel } from '../../ports/foreign-models.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { givenName, type ImportName, nameImport } from './name-import.ts';
import { readInventory } from '../../resolver/inventory.ts';

/** What an import needs from outside. */
export interface ImportDeps extends Pick<DownloadDeps, 'metadata' | 'progress' | 'clock' | 'logger' | 'settings' | 'tool' | 'outbox' | 'signatureVerifier'> {
  readonly cache: Cache;
  readonly registries: Pick<DownloadDeps['registries'], 'manifests'>;
  readonly foreign: ForeignModels;
}

/** What to bring in. */
export interface ImportRequest {
  /** Folders and files, as the user wrote them. */
  readonly paths?: readonly string[];
  /** Or everything that a tool has. */
  readonly tool?: ForeignTool;
  /** The reference to call it by; for exactly one model. */
  readonly as?: string;
}

/** One model that would come in. */
export interface ImportItem {
  readonly model: ForeignModel;
  readonly id: RepositoryId;
  readonly name: ImportName;
  /** Of its files, in bytes. */
  readonly bytes: number;
  /** Bytes of those that are in the store already, as far as can be told without reading them all. */
  readonly here: number;
}

export interface ImportPlan {
  readonly items: readonly ImportItem[];
  readonly refused: readonly RefusedModel[];
}

/**
 * Looks at what is to be brought in and names it. Nothing is written, and no file is read whole.
 * @throws IlabError E_USAGE; E_NOT_FOUND, E_NOT_A_MODEL for a path; E_BAD_REFERENCE for a name that is none
 */
export async function planImport(deps: ImportDeps, request: ImportRequest, options: CallOptions): Promise<ImportPlan> {
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const given = request.as === undefined ? undefined : givenName(request.as, { grammar, aliases: deps.settings.aliases });
  const found = await foreignModels(deps, request, options);
  const refused = found.flatMap((one) => ('reason' in one ? [one] : []));
  const models = found.flatMap((one) => ('reason' in one ? [] : [one]));
  if (given && models.length > 1) {
    throw new IlabError('E_USAGE', `There are ${models.length} models, and --as can name only one.`, { hint: 'Import them one by one, or leave out --as.' });
  }
  const stored = await storedSnapshots(deps.cache, options);
  const items: ImportItem[] = [];
  for (const model of models) {
    try {
      const inside = stored.find(({ path }) => model.from === path || model.from.startsWith(`${path}/`));
      if (inside) throw new IlabError('E_USAGE', 'It is in the store already.');
      items.push(itemOf(model, { name: given ?? nameImport(model, grammar), stored }));
    } catch (error) {
      if (!isIlabError(error)) throw error;
      refused.push({ tool: model.tool, from: model.from, reason: error.message });
    }
  }
  return { items, refused };
}

async function foreignModels(
  { foreign }: Pick<ImportDeps, 'foreign'>,
  { paths = [], tool, as }: ImportRequest,
  options: CallOptions,
): Promise<(ForeignModel | RefusedModel)[]> {
  if ((tool === undefined) === (paths.length === 0)) {
    throw new IlabError('E_USAGE', tool === undefined ? 'Nothing is named to be imported.' : 'Paths and a tool are named, and only one of them can be.', {
      hint: 'Give paths, or a tool with --from.',
    });
  }
  const found: (ForeignModel | RefusedModel)[] = [];
  if (tool !== undefined) for await (const one of foreign.of(tool, options)) found.push(one);
  for (const path of paths) for await (const one of foreign.at(path, { ...options, any: as !== undefined })) found.push(one);
  return found;
}

async function storedSnapshots(cache: Pick<Cache, 'items'>, options: CallOptions): Promise<readonly StoredSnapshot[]> {
  const { repositories } = await readInventory(cache.items(options));
  return repositories.flatMap(({ snapshots }) => snapshots);
}

function itemOf(model: ForeignModel, { name, stored }: { readonly name: ImportName; readonly stored: readonly StoredSnapshot[] }): ImportItem {
  const { adapter: source, host, repository } = name.repository;
  const id = { source, host, repository };
  const same = stored.find((snapshot) => isSame(snapshot, { id, model }));
  const here = new Set(same?.files.map(({ path, size }) => `${size} ${path}`));
  return {
    model,
    id,
    name,
    bytes: model.files.reduce((sum, { size }) => sum + size, 0),
    here: model.files.reduce((sum, { path, size }) => (here.has(`${size} ${path}`) ? sum + size : sum), 0),
  };
}

/** Where the content decides the revision, what came from the same place is taken for the same until it is read. */
function isSame({ id: its, metadata }: StoredSnapshot, { id, model }: { readonly id: RepositoryId; readonly model: ForeignModel }): boolean {
  const isRepository = its.source === id.source && its.host === id.host && its.repository === id.repository;
  return isRepository && (model.revision === undefined ? metadata.imported?.from === model.from : its.revision === model.revision);
}

/** @internal */
export function snapshotIdOf({ id, model }: Pick<ImportItem, 'id' | 'model'>, contentRevision: () => string): SnapshotId {
  return { ...id, revision: model.revision ?? contentRevision() };
}
