/** How a cluster brings a model to the program that serves it. */
export const KUBERNETES_FLAVOURS = ['image-volume', 'kserve', 'kserve-native', 'llm-inference-service', 'csi'] as const;
export type KubernetesFlavour = (typeof KUBERNETES_FLAVOURS)[number];

/** An object of the Kubernetes API, as plain data. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

export interface ManifestFacts {
  readonly name: string;
  readonly namespace?: string;
  /** `host/repository@sha256:…`: what it says never changes. */
  readonly image: string;
  /** Of one replica; at least 1. */
  readonly gpus: number;
  /** vLLM’s, by its digest, where the flavour names it: KServe has its own. */
  readonly server: string;
}

/** Flavours whose manifests name the image of the server. */
export const WITH_SERVER: readonly KubernetesFlavour[] = ['image-volume', 'csi'];

const PORT = 8000;
const MODELS = '/mnt/models';
const VOLUME = 'model';

/** What to apply, in this order. */
export function kubernetesManifests(flavour: KubernetesFlavour, facts: ManifestFacts): readonly KubernetesObject[] {
  switch (flavour) {
    case 'image-volume':
      return served(facts, { source: { image: { reference: facts.image, pullPolicy: 'IfNotPresent' } }, subPath: 'models' });
    case 'csi':
      return served(facts, {
        source: { csi: { driver: 'model.csi.modelpack.org', readOnly: true, volumeAttributes: { 'model.csi.modelpack.org/reference': facts.image } } },
      });
    case 'kserve':
      return [inferenceService(facts, `oci://${facts.image}`)];
    case 'kserve-native':
      return [inferenceService(facts, `oci+native://${facts.image}`)];
    case 'llm-inference-service':
      return [llmInferenceService(facts)];
  }
}

interface ModelVolume {
  readonly source: KubernetesObject;
  /** Where in the volume the files are; absent: at its top. */
  readonly subPath?: string;
}

/** vLLM over a volume, and a name for it in the cluster. */
function served(facts: ManifestFacts, { source, subPath }: ModelVolume): readonly KubernetesObject[] {
  const labels = { 'app.kubernetes.io/name': facts.name };
  const container = {
    name: 'vllm',
    image: facts.server,
    args: ['--model', MODELS, '--served-model-name', facts.name, ...parallel(facts)],
    ports: [{ name: 'http', containerPort: PORT }],
    readinessProbe: { httpGet: { path: '/health', port: 'http' } },
    resources: gpuLimit(facts),
    volumeMounts: [{ name: VOLUME, mountPath: MODELS, ...(subPath !== undefined && { subPath }), readOnly: true }],
  };
  const pod = { metadata: { labels }, spec: { containers: [container], volumes: [{ name: VOLUME, ...source }] } };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata(facts, labels), spec: { replicas: 1, selector: { matchLabels: labels }, template: pod } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(facts, labels),
      spec: { selector: labels, ports: [{ name: 'http', port: PORT, targetPort: 'http' }] },
    },
  ];
}

function inferenceService(facts: ManifestFacts, storageUri: string): KubernetesObject {
  const model = { modelFormat: { name: 'huggingface' }, args: [`--model_name=${facts.name}`, ...parallel(facts)], storageUri, resources: gpuLimit(facts) };
  return { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: metadata(facts), spec: { predictor: { model } } };
}

function llmInferenceService(facts: ManifestFacts): KubernetesObject {
  const spec = {
    model: { uri: `oci+native://${facts.image}`, name: facts.name },
    replicas: 1,
    ...(facts.gpus > 1 && { parallelism: { tensor: facts.gpus } }),
    router: { gateway: {}, route: {}, scheduler: {} },
    template: { containers: [{ name: 'main', resources: gpuLimit(facts) }] },
  };
  return { apiVersion: 'serving.kserve.io/v1alpha2', kind: 'LLMInferenceService', metadata: metadata(facts), spec };
}

function metadata({ name, namespace }: ManifestFacts, labels?: Readonly<Record<string, string>>): KubernetesObject {
  return { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels }) };
}

/** Extended resources are asked for by their limit, which the request then equals. */
function gpuLimit({ gpus }: ManifestFacts): KubernetesObject {
  return { limits: { 'nvidia.com/gpu': String(gpus) } };
}

function parallel({ gpus }: ManifestFacts): readonly string[] {
  return gpus > 1 ? [`--tensor-parallel-size=${gpus}`] : [];
}
