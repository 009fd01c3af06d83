import { type CallOptions, type Logger, LOCAL_HOST, type OutgoingModel, type PackedModels } from '@ilab/core';
import { contentOf, type Descriptor, packLayoutArchive, packModelPack } from '@ilab/oras';
import { createSavedGraph, type OpenRepository, type SavedGraph, type SavedModel } from './saved-graph.ts';
import { CLAIM_ANNOTATION, claimOf } from './snapshot-claim.ts';

/** Formats that ModelPack has a word for. */
const FORMATS: Readonly<Record<string, string>> = { gguf: 'gguf', safetensors: 'safetensors', adapter: 'safetensors' };

/** Works out an archive of models. @throws IlabError as `ModelArchives.pack` */
export async function packModels(
  from: { readonly repository: OpenRepository; readonly logger: Pick<Logger, 'warn'> },
  models: readonly OutgoingModel[],
  options: CallOptions,
): Promise<PackedModels> {
  const graph = createSavedGraph(from, options);
  const roots: Descriptor[] = [];
  const told: PackedModels['models'][number][] = [];
  for (const model of models) {
    for (const file of model.files) graph.add(`sha256:${file.sha256}`, file);
    const { root, attachments, leftOut } = isOriginal(model) ? await graph.addOriginal(model) : addPacked(graph, model);
    roots.push({ ...root, annotations: { ...root.annotations, ...names(model) } }, ...attachments);
    told.push({ reference: model.reference, digest: root.digest, attachments: attachments.length, ...(leftOut.length > 0 && { leftOut }) });
  }
  const archive = await packLayoutArchive(graph, roots, options);
  return { size: archive.size, models: told, open: (call) => archive.open(call) };
}

/** Whether its registry names it by a manifest. */
function isOriginal({ id, manifest }: OutgoingModel): boolean {
  return manifest !== undefined || (id.source === 'oci' && id.host !== LOCAL_HOST);
}

function names({ reference }: OutgoingModel): Readonly<Record<string, string>> {
  return { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference };
}

function addPacked(graph: SavedGraph, model: OutgoingModel): SavedModel {
  const { facts, id, files } = model;
  const format = FORMATS[facts.format];
  const { manifest, config } = packModelPack(files, {
    name: id.repository.slice(id.repository.lastIndexOf('/') + 1),
    revision: id.revision,
    ...(id.host !== LOCAL_HOST && { source: `https://${id.host}/${id.repository}` }),
    ...(format !== undefined && { format }),
    ...(facts.architecture !== undefined && { architecture: facts.architecture }),
    ...(facts.parameters !== undefined && { parameters: facts.parameters }),
    ...(facts.quantisation !== undefined && { quantisation: facts.quantisation }),
    ...(facts.licence !== undefined && { licence: facts.licence }),
  });
  for (const { descriptor, bytes } of [manifest, config]) graph.add(descriptor.digest, contentOf(bytes));
  return { root: { ...manifest.descriptor, annotations: { [CLAIM_ANNOTATION]: claimOf(model) } }, attachments: [], leftOut: [] };
}
