import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteSnapshot } from '../../model/snapshot.ts';
import type { StoredSnapshot } from '../../model/stored.ts';
import type { Cache, SnapshotWriter } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registry } from '../../ports/registry.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { fetchArchives } from '../download/fetch-archives.ts';
import { fetchFiles } from '../download/fetch-files.ts';
import { newTally } from '../download/tally.ts';
import { tellWaiting } from '../download/tell-waiting.ts';
import { snapshotReference } from '../list-models.ts';
import type { Damage } from './survey.ts';

interface RepairRequest {
  readonly snapshot: StoredSnapshot;
  /** None of them stands under its name any more. */
  readonly files: readonly Damage[];
  /** Hashes of which there are wrong bytes somewhere that keep their name. */
  readonly tainted: ReadonlySet<string>;
  readonly grammar: ReferenceGrammar;
}

/**
 * Brings the files of one snapshot back: from verified bytes that are here, else from the registry, by its revision.
 * @returns bytes that came over the network
 * @throws IlabError as `downloadModel`
 */
export async function repairSnapshot(deps: DownloadDeps & { readonly cache: Cache }, request: RepairRequest, options: CallOptions): Promise<number> {
  const { snapshot, tainted } = request;
  const writer = await deps.cache.write(snapshot.id, options);
  try {
    const absent = await notHere(deps, { ...request, writer }, options);
    if (absent.size === 0) return 0;
    const { registry, remote } = await askAgain(deps, request, options);
    const growth = { registry, snapshot: remote, writer, tally: newTally(), donors: [], waiting: tellWaiting(deps.logger) };
    const files = remote.files.filter(({ path }) => absent.has(path));
    await fetchFiles(deps, { ...growth, files, force: true }, options);
    // Whatever is no file of the revision itself came out of its archives, which come whole.
    if (files.length < absent.size) await fetchArchives(deps, { ...growth, force: tainted.size > 0 }, options);
    await checkArrival(writer, request);
    return growth.tally.fetched;
  } finally {
    await writer.close();
  }
}

/** Paths of those that no equal bytes on this machine could stand in for. */
async function notHere(
  { progress }: DownloadDeps,
  { files, tainted, writer }: RepairRequest & { readonly writer: SnapshotWriter },
  options: CallOptions,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const { file, size, sha256 } of files) {
    const found = sha256 !== undefined && !tainted.has(sha256) && (await writer.reuse({ path: file, size, sha256 }, options));
    if (found) progress.begin({ label: file, size }).end('linked');
    else absent.add(file);
  }
  return absent;
}

/** An archive is no file of the snapshot; what came out of it is. */
async function checkArrival(writer: SnapshotWriter, { snapshot, files }: RepairRequest): Promise<void> {
  const archives = new Set<string>((snapshot.metadata.archives ?? []).map(({ blob }) => blob.digest));
  for (const { file, size } of files) {
    if (archives.has(file) || (await writer.has({ path: file, size }))) continue;
    throw new IlabError('E_REGISTRY', `The registry no longer has ${file}.`);
  }
}

async function askAgain(
  { registries }: Pick<DownloadDeps, 'registries'>,
  { snapshot, grammar }: RepairRequest,
  options: CallOptions,
): Promise<{ readonly registry: Registry; readonly remote: RemoteSnapshot }> {
  const name = snapshotReference(snapshot, grammar);
  const reference = parseReference(name, grammar);
  if (reference.kind !== 'remote') throw new IlabError('E_INTERNAL', `${name} names no repository.`);
  const registry = await registries.open(snapshot.id.source, options);
  const remote = await registry.resolve(reference, options);
  if (remote.revision === snapshot.id.revision) return { registry, remote };
  throw new IlabError('E_REGISTRY', `The registry answers ${name} with another revision, ${remote.revision}.`);
}
