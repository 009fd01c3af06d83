import { IlabError } from '../../errors/ilab-error.ts';
import type { Digest } from '../../model/digest.ts';
import { snapshotEntries } from '../../model/snapshot-entries.ts';
import type { RemoteArchive, RemoteSnapshot } from '../../model/snapshot.ts';
import type { SnapshotWriter, StagedBlob, VerifiedFile } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { LocateOptions, Registry } from '../../ports/registry.ts';
import type { UnpackedMember } from '../../ports/transfer.ts';
import type { DownloadDeps } from './deps.ts';
import { newOverlay, type Overlay, overlay, twoOfOneName } from './overlay.ts';
import type { Tally } from './tally.ts';
import type { Waiting } from './tell-waiting.ts';

export interface FetchArchivesRequest {
  readonly registry: Registry;
  readonly snapshot: RemoteSnapshot;
  readonly writer: SnapshotWriter;
  readonly tally: Tally;
  readonly force: boolean;
  readonly waiting: Waiting;
}

/**
 * Fetches a revision's archives, lays them over each other as an image's layers are, records what came out and puts it in place.
 * @returns the members that the revision has in the end
 */
export async function fetchArchives(deps: DownloadDeps, request: FetchArchivesRequest, options: CallOptions): Promise<readonly VerifiedFile[]> {
  const { snapshot, writer, tally, force } = request;
  if (snapshot.archives.length === 0) return [];
  const known = force ? undefined : await knownMembers(deps, request, options);
  if (known) return known;

  const places = new Map<Digest, StagedBlob>();
  const layers = new Map<Digest, readonly UnpackedMember[]>();
  const laid = newOverlay();
  try {
    await stageAll(request, places, options);
    // Another download may have brought them while this one waited for the staging places.
    const arrived = force ? undefined : await knownMembers(deps, request, options);
    if (arrived) return await discardAll(places, arrived);
    for (const archive of snapshot.archives) {
      const place = places.get(archive.blob.digest);
      if (!place) throw new IlabError('E_INTERNAL', `${archive.blob.digest} has no staging place.`);
      const unpacked = layers.get(archive.blob.digest) ?? (await unpackLayer(deps, { ...request, archive, place }, options));
      layers.set(archive.blob.digest, unpacked);
      overlay(laid, { archive, unpacked });
    }
    const { members } = laid;
    const files = [...members.values()].map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    checkNames(snapshot, files);
    tellLeftOut(deps, laid);
    if (files.length > 0) await deps.metadata.describeMembers(snapshot, { files }, options);
    for (const member of members.values()) {
      if (!force && (await writer.reuse(member, options))) tally.linked += member.size;
      else await writer.place(member, member.target);
    }
    return await discardAll(places, files);
  } catch (error) {
    for (const place of places.values()) await place.release();
    throw error;
  }
}

/** Takes a place for every archive, in the order of their digests, so that two downloads never wait for each other. */
async function stageAll({ snapshot, writer, waiting }: FetchArchivesRequest, places: Map<Digest, StagedBlob>, options: CallOptions): Promise<void> {
  const blobs = new Map(snapshot.archives.map(({ blob }) => [blob.digest, blob]));
  for (const [digest, blob] of [...blobs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    places.set(digest, await writer.stage(blob, { ...options, onWait: (holder) => waiting(labelOf(blob.digest), holder) }));
  }
}

async function discardAll<T>(places: ReadonlyMap<Digest, StagedBlob>, result: T): Promise<T> {
  for (const place of places.values()) await place.discard();
  return result;
}

type LayerRequest = FetchArchivesRequest & { readonly archive: RemoteArchive; readonly place: StagedBlob };

/** Fetches and unpacks one archive; its place is the caller's to give up, when the members have been moved out of it. */
async function unpackLayer(deps: DownloadDeps, request: LayerRequest, options: CallOptions): Promise<readonly UnpackedMember[]> {
  const { archive, place } = request;
  await fetchArchive(deps, { ...request, target: place.path }, options);
  const unpacking = { archive: place.path, codec: archive.codec, prefix: archive.prefix, overlay: archive.overlay, directory: await place.directory() };
  const layer: UnpackedMember[] = [];
  for await (const member of deps.transfer.unpack(unpacking, options)) layer.push(member);
  return layer;
}

/** The members, when an earlier download recorded them and all of them are here. */
async function knownMembers(
  deps: DownloadDeps,
  { snapshot, writer }: FetchArchivesRequest,
  options: CallOptions,
): Promise<readonly VerifiedFile[] | undefined> {
  const recorded = await deps.metadata.members(snapshot, options);
  for (const file of recorded?.files ?? []) if (!(await writer.has(file))) return undefined;
  return recorded?.files;
}

async function fetchArchive(
  deps: DownloadDeps,
  { registry, snapshot, archive, target, tally }: FetchArchivesRequest & { archive: RemoteArchive; target: string },
  options: CallOptions,
): Promise<void> {
  const { blob } = archive;
  const task = deps.progress.begin({ label: labelOf(blob.digest), size: blob.size });
  try {
    const locate = (call: LocateOptions) => registry.locate({ snapshot, blob }, call);
    const { fetched } = await deps.transfer.fetch({ size: blob.size, digest: blob.digest, target, task, locate }, options);
    tally.fetched += fetched;
    task.end('fetched');
  } catch (error) {
    task.end('failed');
    throw error;
  }
}

function labelOf(digest: Digest): string {
  return `layer ${digest.slice(0, 19)}`;
}

/** @throws IlabError E_REGISTRY when a member has the name of another file, or can't stand beside it */
function checkNames(snapshot: RemoteSnapshot, members: readonly VerifiedFile[]): void {
  const others = new Map(snapshot.files.map(({ path, blob }) => [path, blob.digest]));
  const both = members.find(({ path, sha256 }) => others.has(path) && others.get(path) !== `sha256:${sha256}`);
  if (both) throw twoOfOneName(both.path);
  snapshotEntries([...others.keys(), ...members.map(({ path }) => path)]);
}

function tellLeftOut({ logger }: Pick<DownloadDeps, 'logger'>, { leftOut }: Overlay): void {
  const [first, ...others] = leftOut;
  if (!first) return;
  const more = others.length > 0 ? `, and ${others.length} more like it` : '';
  logger.warn(`“${first[0]}” was left out: it is ${first[1]}${more}.`);
}
