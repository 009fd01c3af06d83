import type { RemoteReference } from '../model/reference.ts';
import type { RepositoryId, VersionKind } from '../model/snapshot.ts';
import type { ModelFormat, StoredRepository, StoredSnapshot } from '../model/stored.ts';
import type { CodeFile, ModelFacts } from '../model/facts.ts';
import { formatOf } from '../model/format.ts';
import { codeByName } from '../model/runs-code.ts';
import { digestParts } from '../model/digest.ts';
import { isIlabError } from '../errors/ilab-error.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Metadata } from '../ports/metadata.ts';
import type { ModelReader } from '../ports/model-reader.ts';
import type { SignatureVerifier } from '../ports/signature-verifier.ts';
import { readInventory } from '../resolver/inventory.ts';
import { notHere } from '../resolver/resolver-errors.ts';
import type { DownloadDeps } from './download/deps.ts';
import { type InspectedSignature, remoteSignature, storedSignature } from './signatures/inspect-signature.ts';
import { type ResolverDeps, resolveReference } from '../resolver/resolve-reference.ts';

/** A file of a model, here or at its registry. */
export interface InspectedFile {
  readonly path: string;
  /** In bytes, where it is recorded. */
  readonly size?: number;
  readonly sha256?: string;
  readonly gitSha1?: string;
  readonly here: boolean;
}

/** Everything known about one model: what is recorded of it, and what its own files say. */
export interface ModelInspection extends ModelFacts, InspectedSignature {
  readonly reference: string;
  /** `hf`, `oci`, … or `local`. */
  readonly source: string;
  /** Where it is on this machine; absent when the registry was asked. */
  readonly path?: string;
  readonly version?: string;
  readonly kind?: VersionKind;
  readonly revision?: string;
  /** All version names that point to this revision. */
  readonly versions: readonly string[];
  readonly format: ModelFormat;
  /** Bytes of all files, where they are recorded. */
  readonly size?: number;
  /** Bytes that only it has, which come back when it is removed; the rest of its size is shared with others. */
  readonly uniqueSize?: number;
  /** ISO 8601: when it was downloaded. */
  readonly created?: string;
  readonly files: readonly InspectedFile[];
  /** Files that run code when they are loaded; at a registry, as far as their names tell. */
  readonly runsCode: readonly CodeFile[];
  /** Why its headers can't be read, where they are broken. */
  readonly damage?: string;
}

/** What inspecting needs of the world. */
export interface InspectDeps extends ResolverDeps {
  readonly cache: Cache;
  readonly reader: ModelReader;
  readonly metadata: Pick<Metadata, 'signature'>;
  readonly signatureVerifier?: SignatureVerifier;
}

/** What is known of a model that is here, without asking anybody. @throws IlabError as `resolveReference` */
export async function inspectModel(deps: InspectDeps, value: string, options: CallOptions): Promise<ModelInspection> {
  const found = await resolveReference({ ...deps, settings: { ...deps.settings, pull: 'never' } }, { value }, options);
  if (found.kind === 'remote') throw notHere(found.reference);
  const { path, format } = found;
  if (found.kind === 'path') {
    const files = found.files.map((file) => ({ path: file, here: true }));
    return { reference: path, source: 'local', path, versions: [], format, files, ...(await readInside(deps.reader, { path, directory: path }, options)) };
  }
  const repository = found.id && (await repositoryOf(deps.cache, found.id, options));
  const snapshot = repository?.snapshots.find(({ id }) => id.revision === found.revision);
  if (!repository || !snapshot) {
    const inside = await readInside(deps.reader, { path, directory: path }, options);
    return { reference: found.reference, source: 'local', path, versions: [], format, files: [], ...inside };
  }
  const names = repository.versions.filter(({ revision }) => revision === found.revision);
  const kind = names.find(({ name }) => name === found.version)?.kind;
  return {
    reference: found.reference,
    source: snapshot.id.source,
    path,
    ...(found.version !== undefined && { version: found.version }),
    ...(kind && { kind }),
    revision: snapshot.id.revision,
    versions: names.map(({ name }) => name),
    format,
    size: snapshot.files.reduce((sum, { size }) => sum + size, 0),
    uniqueSize: snapshot.uniqueSize,
    created: snapshot.metadata.created,
    files: inspectedFiles(snapshot),
    ...(await storedSignature(deps, snapshot, options)),
    ...(await readInside(deps.reader, { path, directory: snapshot.path }, options)),
  };
}

/** What a registry says of a model, without downloading it. @throws IlabError as `Registry.resolve` */
export async function inspectRemote(
  deps: Pick<DownloadDeps, 'registries' | 'settings' | 'clock' | 'signatureVerifier'>,
  reference: RemoteReference,
  options: CallOptions,
): Promise<ModelInspection> {
  const registry = await deps.registries.open(reference.adapter, options);
  const snapshot = await registry.resolve(reference, options);
  const { source, revision, version, kind, files, archives } = snapshot;
  return {
    reference: reference.canonical,
    source,
    ...(version !== undefined && { version }),
    kind,
    revision,
    versions: version === undefined ? [] : [version],
    format: formatOf(files.map(({ path }) => path)),
    size: [...files, ...archives].reduce((sum, { blob }) => sum + blob.size, 0),
    files: files.map(({ path, blob }) => {
      const { algorithm, hex } = digestParts(blob.digest);
      return { path, size: blob.size, ...(algorithm === 'sha256' && { sha256: hex }), ...(algorithm === 'git-sha1' && { gitSha1: hex }), here: false };
    }),
    runsCode: files.flatMap(({ path }) => {
      const why = codeByName(path);
      return why === undefined ? [] : [{ file: path, why }];
    }),
    ...(await remoteSignature(deps, { registry, snapshot }, options)),
  };
}

/** What the files say. A model that can't be read is still told of, with the reason. */
async function readInside(
  reader: ModelReader,
  { path, directory }: { readonly path: string; readonly directory: string },
  options: CallOptions,
): Promise<ModelFacts & Pick<ModelInspection, 'runsCode' | 'damage'>> {
  const runsCode = await reader.code(directory, options);
  try {
    return { ...(await reader.facts(path, options)), runsCode };
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_A_MODEL') return { runsCode, damage: error.message };
    throw error;
  }
}

async function repositoryOf(cache: Cache, id: RepositoryId, options: CallOptions): Promise<StoredRepository | undefined> {
  const { repositories } = await readInventory(cache.items(options));
  return repositories.find((repository) => repository.id.host === id.host && repository.id.repository === id.repository);
}

function inspectedFiles({ files, missing, metadata }: StoredSnapshot): readonly InspectedFile[] {
  const described = new Map(metadata.files.map((file) => [file.path, file]));
  const here = files.map(({ path, size, sha256 }) => {
    const gitSha1 = described.get(path)?.gitSha1;
    return { path, size, ...(sha256 !== undefined && { sha256 }), ...(gitSha1 !== undefined && { gitSha1 }), here: true };
  });
  const absent = missing.flatMap((path) => {
    const file = described.get(path);
    return file ? [{ path, size: file.size, ...(file.sha256 !== undefined && { sha256: file.sha256 }), here: false }] : [];
  });
  return [...here, ...absent].sort((a, b) => (a.path < b.path ? -1 : 1));
}
