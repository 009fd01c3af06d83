import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { checkName, checkNamespace, nameOf } from './labels.ts';
import { checkServer } from './server-image.ts';
import { type KubernetesFlavour, type KubernetesObject, kubernetesManifests } from './manifests.ts';

export interface KubernetesRequest {
  readonly reference: RemoteReference;
  /** Default: a volume of the image. */
  readonly flavour?: KubernetesFlavour;
  /** Default: the last part of the repository. */
  readonly name?: string;
  /** Default: none is written, and where it is applied decides. */
  readonly namespace?: string;
  /** Of one replica; default 1. */
  readonly gpus?: number;
  /** The image of vLLM that serves it, as `host/repository@sha256:…`; needed by `image-volume` and `csi`, and by no other. */
  readonly server?: string;
}

/** What a cluster needs to serve a model, pinned to what its name means now. */
export interface KubernetesManifests {
  readonly reference: string;
  /** `host/repository@sha256:…`. */
  readonly image: string;
  readonly flavour: KubernetesFlavour;
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

const DESTINATION = 'quay.io/ORG/NAME:TAG';

/**
 * Asks the registry what the model's name means now, and writes that down for a cluster. Nothing is downloaded.
 * @throws IlabError E_USAGE for a model that no registry of images has, for one that the flavour can't mount, for names that no cluster takes and for a
 * server without its digest; and as
 * `Registry.resolve`
 */
export async function exportToKubernetes(
  { registries }: Pick<DownloadDeps, 'registries'>,
  { reference, flavour = 'image-volume', namespace, gpus = 1, ...request }: KubernetesRequest,
  options: CallOptions,
): Promise<KubernetesManifests> {
  if (reference.adapter !== 'oci') throw notInARegistry(reference);
  const name = request.name === undefined ? nameOf(reference.repository) : checkName(request.name);
  if (!Number.isSafeInteger(gpus) || gpus < 1) throw new IlabError('E_USAGE', 'A server needs one GPU or more.', { hint: 'Use --gpu with a number from 1.' });
  if (namespace !== undefined) checkNamespace(namespace);
  const server = checkServer(request.server, flavour);
  const registry = await registries.open(reference.adapter, options);
  const snapshot = await registry.resolve(reference, options);
  refuseUnmountable(snapshot, { reference, flavour });
  const image = `${reference.host}/${reference.repository}@${snapshot.revision}`;
  const objects = kubernetesManifests(flavour, { name, image, gpus, server, ...(namespace !== undefined && { namespace }) });
  return { reference: reference.canonical, image, flavour, name, objects };
}

/** Runtimes mount images, and nothing else; the CSI driver reads artifacts of ModelPack, and no images. */
function refuseUnmountable({ archives }: RemoteSnapshot, { reference, flavour }: { readonly reference: RemoteReference; readonly flavour: string }): void {
  const isImage = archives.some(({ overlay }) => overlay === true);
  if (flavour === 'csi' && isImage) {
    throw new IlabError('E_USAGE', `${reference.canonical} is an image, which the CSI driver of ModelPack does not read.`, {
      hint: 'Use --flavour image-volume, or upload the model with --format modelpack.',
    });
  }
  if (flavour !== 'csi' && !isImage) {
    throw new IlabError('E_USAGE', `${reference.canonical} is an artifact, no image: a cluster can’t mount it.`, {
      hint: `Upload it as one with: ${uploadAsImage(reference)}. Or use --flavour csi where the CSI driver of ModelPack is installed.`,
    });
  }
}

function notInARegistry(reference: RemoteReference): IlabError {
  return new IlabError('E_USAGE', `${reference.canonical} is in no registry that a cluster pulls from.`, {
    hint: `Upload it first with: ${uploadAsImage(reference)}. Then export what was uploaded.`,
  });
}

function uploadAsImage({ canonical }: RemoteReference): string {
  return `ilab model upload --model ${canonical} --destination ${DESTINATION} --format modelcar`;
}
