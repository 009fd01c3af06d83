import { type CallOptions, type Digest, IlabError, isIlabError, type Logger, type OutgoingModel } from '@ilab/core';
import { findAttachments } from './find-attachments.ts';
import {
  childrenOf,
  type Content,
  contentOf,
  type Descriptor,
  EMPTY_CONFIG,
  EMPTY_CONFIG_BYTES,
  fetchManifest,
  type GraphSource,
  isManifestType,
  type RemoteRepository,
  verifyContent,
} from '@ilab/oras';

/** Told one by one; of more than that nobody reads each. */
const MOST_TOLD = 20;

/** The repository that a model is from; for what is not in the store. */
export type OpenRepository = (model: OutgoingModel, options: CallOptions) => Promise<RemoteRepository>;

/** What the archive will hold, from wherever it is: the store, or the registry. */
export interface SavedGraph {
  /** Content that is known by its digest. */
  add(digest: Digest, content: Content): void;
  /** A model's own manifest, with all that it names. @throws IlabError E_OFFLINE, and as `RemoteRepository` */
  addOriginal(model: OutgoingModel): Promise<SavedModel>;
  fetch: GraphSource['fetch'];
}

/** What of a model stands in the archive's index. */
export interface SavedModel {
  readonly root: Descriptor;
  readonly attachments: readonly Descriptor[];
  /** What was attached to it and is of no use to anybody. */
  readonly leftOut: readonly string[];
}

export function createSavedGraph(
  { repository, logger }: { readonly repository: OpenRepository; readonly logger: Pick<Logger, 'warn'> },
  options: CallOptions,
): SavedGraph {
  const here = new Map<Digest, Content>([[EMPTY_CONFIG.digest, contentOf(EMPTY_CONFIG_BYTES)]]);
  /** Whom to ask for what is not here. */
  const owners = new Map<Digest, OutgoingModel>();

  async function* fetch(descriptor: Descriptor, call: CallOptions): AsyncGenerator<Uint8Array> {
    const known = here.get(descriptor.digest);
    // A size or a byte that is not what was said would break the whole archive.
    if (known) return yield* verifyContent(known.open(), descriptor, call);
    const owner = owners.get(descriptor.digest);
    if (!owner) throw new IlabError('E_INTERNAL', `Nobody has ${descriptor.digest}.`);
    yield* (await repository(owner, call)).fetch(descriptor, call);
  }

  /** Manifests that were followed: indexes may lead to the same in more ways than can be counted. */
  const followed = new Set<Digest>();

  async function own(model: OutgoingModel, descriptor: Descriptor): Promise<void> {
    if (!owners.has(descriptor.digest)) owners.set(descriptor.digest, model);
    if (!isManifestType(descriptor.mediaType) || followed.has(descriptor.digest)) return;
    followed.add(descriptor.digest);
    const { bytes, manifest } = await fetchManifest({ fetch }, descriptor, options);
    // Small things that were asked for once are kept.
    here.set(descriptor.digest, contentOf(bytes));
    for (const child of childrenOf(manifest)) await own(model, child);
  }

  async function rootOf(model: OutgoingModel): Promise<Descriptor> {
    const { manifest, id } = model;
    if (!manifest) return (await repository(model, options)).resolve(id.revision, options);
    const bytes = Buffer.from(manifest.content);
    here.set(manifest.digest, contentOf(bytes));
    return { mediaType: manifest.mediaType, digest: manifest.digest, size: bytes.length, annotations: {} };
  }

  /** Signatures and whatever else is kept about it. Without them it can be saved all the same. */
  async function attachmentsOf(model: OutgoingModel, root: Descriptor): Promise<Omit<SavedModel, 'root'>> {
    try {
      const remote = await repository(model, options);
      const asking: GraphSource = {
        ...remote,
        fetch(descriptor, call) {
          if (!owners.has(descriptor.digest)) owners.set(descriptor.digest, model);
          return fetch(descriptor, call);
        },
      };
      const { found, leftOut } = await findAttachments(asking, root, options);
      for (const attachment of found) await own(model, attachment);
      tellLeftOut(leftOut, { model, logger });
      return { attachments: found, leftOut: [...leftOut.keys()] };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isIlabError(error) || error.code === 'E_INTERNAL' || error.code === 'E_INTEGRITY') throw error;
      logger.warn(`Signatures of ${model.reference} are not saved with it, since its registry can’t be asked: ${error.message}`);
      return { attachments: [], leftOut: [] };
    }
  }

  return {
    add: (digest, content) => void here.set(digest, content),
    async addOriginal(model) {
      const root = await rootOf(model);
      await own(model, root);
      return { root, ...(await attachmentsOf(model, root)) };
    },
    fetch,
  };
}

function tellLeftOut(
  leftOut: ReadonlyMap<string, IlabError>,
  { model, logger }: { readonly model: OutgoingModel; readonly logger: Pick<Logger, 'warn'> },
): void {
  for (const [name, { message }] of [...leftOut].slice(0, MOST_TOLD)) {
    logger.warn(`What is attached to ${model.reference} as ${name} is not saved with it: nobody can use it. ${message}`);
  }
  if (leftOut.size > MOST_TOLD) logger.warn(`${leftOut.size - MOST_TOLD} more of what is attached to ${model.reference} are not saved with it.`);
}
