import { IlabError } from '../../errors/ilab-error.ts';
import { LOCAL_HOST } from '../../model/local-host.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import { atRegistry } from '../../resolver/at-registry.ts';
import type { ResolverDeps } from '../../resolver/resolve-reference.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { checkName, checkNamespace, nameOf } from './labels.ts';
import { checkServer } from './server-image.ts';
import { type KubernetesFlavour, type KubernetesObject, kubernetesManifests } from './manifests.ts';

export interface KubernetesRequest {
  /** As `--model` takes it; a name with its host is taken as it is written. */
  readonly reference: string;
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
  /** Why it is this one, in a few words; absent where it was written out. */
  readonly because?: string;
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
 * server without its digest; and as `resolveReference` and `Registry.resolve`
 */
export async function exportToKubernetes(
  deps: Pick<DownloadDeps, 'registries'> & ResolverDeps,
  { flavour = 'image-volume', namespace, gpus = 1, ...request }: KubernetesRequest,
  options: CallOptions,
): Promise<KubernetesManifests> {
  const found = await atRegistry(deps, request.reference, options);
  if ('nowhere' in found) throw notInARegistry(found.nowhere);
  const { reference, because, chosenFor } = found;
  if (reference.adapter !== 'oci' || reference.host === LOCAL_HOST) throw notInARegistry(reference.canonical);
  const name = request.name === undefined ? nameOf(reference.repository) : checkName(request.name);
  if (!Number.isSafeInteger(gpus) || gpus < 1) throw new IlabError('E_USAGE', 'A server needs one GPU or more.', { hint: 'Use --gpu with a number from 1.' });
  if (namespace !== undefined) checkNamespace(namespace);
  const server = checkServer(request.server, flavour);
  const registry = await deps.registries.open(reference.adapter, options);
  const snapshot = await registry.resolve(reference, options);
  if (chosenFor !== undefined) await deps.shortNames?.record(chosenFor, `${reference.host}/${reference.repository}`, options);
  refuseUnmountable(snapshot, { reference, flavour });
  const image = `${reference.host}/${reference.repository}@${snapshot.revision}`;
  const objects = kubernetesManifests(flavour, { name, image, gpus, server, ...(namespace !== undefined && { namespace }) });
  return { reference: reference.canonical, ...(because !== undefined && { because }), image, flavour, name, objects };
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
      hint: `Upload it as one with: ${uploadAsImage(reference.canonical)}. Or use --flavour csi where the CSI driver of ModelPack is installed.`,
    });
  }
}

function notInARegistry(model: string): IlabError {
  return new IlabError('E_USAGE', `${model} is in no registry that a cluster pulls from.`, {
    hint: `Upload it first with: ${uploadAsImage(model)}. Then export what was uploaded.`,
  });
}

function uploadAsImage(model: string): string {
  return `ilab model upload --model ${model} --destination ${DESTINATION} --format modelcar`;
}
