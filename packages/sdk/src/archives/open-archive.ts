import {
  type ArchivedModel,
  type CallOptions,
  IlabError,
  isFilePath,
  type OpenArchive,
  type Registry,
  type RemoteReference,
  type RemoteSnapshot,
} from '@ilab/core';
import { type Descriptor, FILE_NAME_ANNOTATIONS, fetchManifest, type LayoutArchive, openLayoutArchive } from '@ilab/oras';
import { checkedRegistry } from '../plugins/checked-registry.ts';
import { archiveTransfer } from './archive-transfer.ts';
import { archivedRepository } from './archived-repository.ts';
import { CLAIM_ANNOTATION, parseClaim, type SnapshotClaim } from './snapshot-claim.ts';

const NAMES = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;
/** As cosign names what it keeps about a manifest. */
const ATTACHMENT = /^sha(?:256|512)-[0-9a-f]{64,}(?:\.\w+)?$/;

/** Opens an archive of models. @throws IlabError as `openLayoutArchive` */
export async function openModelArchive(path: string, options: CallOptions): Promise<OpenArchive> {
  const archive = await openLayoutArchive(path, options);
  try {
    const entries = await modelEntries(archive, options);
    return {
      models: entries.map(toModel),
      async registry(model, reference) {
        const entry = entries.find(({ digest, annotations }) => digest === model.digest && nameIn(annotations) === model.name);
        if (!entry) throw new IlabError('E_INTERNAL', `${model.digest} is not of this archive.`);
        return checkedRegistry(await registryOf(archive, entry, reference));
      },
      transfer: (transfer) => archiveTransfer(archive, transfer),
      [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
    };
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}

/** Manifests that are models: not what is kept about others, each name once. */
async function modelEntries(archive: LayoutArchive, options: CallOptions): Promise<readonly Descriptor[]> {
  const found = new Map<string, Descriptor>();
  for (const entry of await archive.manifests(options)) {
    const name = nameIn(entry.annotations);
    if (name !== undefined && ATTACHMENT.test(name)) continue;
    const isAttached = name === undefined && (await fetchManifest(archive, entry, options)).manifest.subject !== undefined;
    if (!isAttached) found.set(`${name ?? ''} ${entry.digest}`, entry);
  }
  return [...found.values()];
}

function nameIn(annotations: Readonly<Record<string, string>>): string | undefined {
  return NAMES.map((key) => annotations[key]).find((name) => name !== undefined);
}

function toModel({ digest, annotations }: Descriptor): ArchivedModel {
  const name = nameIn(annotations);
  return { digest, ...(name !== undefined && { name }) };
}

async function registryOf(archive: LayoutArchive, entry: Descriptor, reference: RemoteReference): Promise<Registry> {
  const claim = entry.annotations[CLAIM_ANNOTATION];
  if (claim !== undefined) return claimedRegistry(archive, entry, parseClaim(claim, reference));
  if (reference.adapter === 'oci') {
    const { createArchivedRegistry } = await import('@ilab/plugin-oci');
    return createArchivedRegistry(archivedRepository(archive, { entry, name: reference.version }));
  }
  throw new IlabError('E_REGISTRY', `The archive does not say which revision of ${reference.canonical} it has.`, {
    hint: 'Load it under the name of an OCI registry: --as HOST/REPOSITORY:TAG, for an archive of one model.',
    side: 'source',
  });
}

/** A model whose files are all that is known of it. */
function claimedRegistry(archive: LayoutArchive, entry: Descriptor, { source, ...claim }: SnapshotClaim): Registry {
  return {
    source,
    capabilities: { versions: false },
    async resolve(_reference, options): Promise<RemoteSnapshot> {
      const { manifest } = await fetchManifest(archive, entry, options);
      const layers = manifest.kind === 'manifest' ? manifest.layers : [];
      return { source, ...claim, files: layers.map(toFile), archives: [] };
    },
    locate: ({ blob }) => Promise.reject(new IlabError('E_INTERNAL', `“${blob.id}” is in an archive, and at no address.`)),
  };
}

function toFile({ annotations, digest, size }: Descriptor): RemoteSnapshot['files'][number] {
  const path = FILE_NAME_ANNOTATIONS.map((key) => annotations[key]).find((name) => name !== undefined) ?? '';
  if (isFilePath(path)) return { path, blob: { id: path, digest, size } };
  throw new IlabError('E_REGISTRY', `The archive has a file whose name leads out or can’t be one: “${path.slice(0, 200)}”.`, { side: 'source' });
}
