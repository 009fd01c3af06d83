import { fileKind } from './file-kind.ts';
import { entry, inOrder, type ModelDescription, type ModelFile, ociAnnotations, type PackedLayer, type PackedModel, packDocument } from './packed-model.ts';
import { paramSize, storage } from './weights.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ARTIFACT = 'application/vnd.cncf.model.manifest.v1+json';
const CONFIG = 'application/vnd.cncf.model.config.v1+json';

/**
 * Packs a model as CNCF ModelPack does (model-spec 0.0.7): every file a layer of its own as it is, named in both ways that are in use, so
 * that ModelPack’s tools, ORAS, Podman, InstructLab and Docker Model Runner find it. The same files and the same description give the
 * same digest on every machine: nothing of the file system’s times, owners and modes goes in.
 * @throws IlabError E_NOT_A_MODEL (no files), E_USAGE (too many for one manifest)
 */
export function packModelPack(files: readonly ModelFile[], description: ModelDescription = {}): PackedModel {
  const layers = inOrder(files).map(toLayer);
  const config = packDocument(CONFIG, configOf(layers, description));
  const annotations = ociAnnotations(description);
  const manifest = packDocument(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: ARTIFACT,
    config: entry(config.descriptor),
    layers: layers.map(({ descriptor }) => entry(descriptor)),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  return { manifest, config, layers };
}

function toLayer(file: ModelFile): PackedLayer {
  const { path, size, sha256 } = file;
  const annotations = {
    'org.cncf.model.file.mediatype.untested': 'true',
    'org.cncf.model.filepath': path,
    'org.opencontainers.image.title': path,
  };
  const mediaType = `application/vnd.cncf.model.${fileKind(file)}.v1.raw`;
  return { path, descriptor: { mediaType, digest: `sha256:${sha256}`, size, annotations }, open: (range) => file.open(range) };
}

function configOf(layers: readonly PackedLayer[], model: ModelDescription): object {
  const { name, version, description, licence, source, revision, created, format, architecture, parameters, quantisation } = model;
  const paramCount = paramSize(parameters);
  return {
    descriptor: {
      ...(created !== undefined && { createdAt: created }),
      ...(name !== undefined && name !== '' && { name }),
      ...(version !== undefined && { version }),
      ...(description !== undefined && { description }),
      ...(source !== undefined && { sourceURL: source }),
      ...(revision !== undefined && { revision }),
      ...(licence !== undefined && { licenses: [licence] }),
    },
    config: {
      ...(architecture !== undefined && { architecture }),
      ...(format !== undefined && { format }),
      ...(paramCount !== undefined && { paramSize: paramCount }),
      ...storage(quantisation),
    },
    modelfs: { type: 'layers', diffIds: layers.map(({ descriptor }) => descriptor.digest) },
  };
}
