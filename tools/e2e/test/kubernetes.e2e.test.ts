import type { Artifact } from '@ilab/hub';
import { Deployment, type IIoK8sApiAppsV1Deployment } from 'kubernetes-models/apps/v1';
import { type IIoK8sApiCoreV1Service, Service } from 'kubernetes-models/v1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, IMAGE_CONFIG, type Shelf, stockShelf, tarOf, titled } from '../src/index.ts';

const SERVER = `docker.io/vllm/vllm-openai@sha256:${'a'.repeat(64)}`;

async function car(content: string): Promise<Artifact> {
  const layer = await tarOf({ 'models/config.json': content });
  return artifactOf({ config: { type: IMAGE_CONFIG, content: '{}' }, layers: [{ type: 'application/vnd.oci.image.layer.v1.tar', content: layer }] });
}

let shelf: Shelf;
beforeAll(async () => {
  const pack = artifactOf({ layers: [{ type: 'application/vnd.cncf.model.weight.v1.raw', content: 'raw', annotations: titled('model.gguf') }] });
  shelf = await stockShelf({ car: await car('one'), pack });
});
afterAll(() => shelf.close());

describe('manifests for a cluster', () => {
  it('pin an image to the digest that a registry gives its tag', async () => {
    const { revision } = await shelf.bring('car');
    const { yaml } = await shelf.ilab.models.exportToKubernetes({ reference: `${shelf.hub.host}/shelf/car:v1`, namespace: '0123', server: SERVER });
    expect(yaml).toContain(`reference: ${shelf.hub.host}/shelf/car@${revision}\n`);
    expect(yaml.split('---\n')).toHaveLength(2);
    // Else it were a number.
    expect(yaml).toContain('namespace: "0123"');
  });

  it('mount an artifact by the driver alone', async () => {
    const { revision } = await shelf.bring('pack');
    const reference = `${shelf.hub.host}/shelf/pack:v1`;
    const { yaml } = await shelf.ilab.models.exportToKubernetes({ reference, flavour: 'csi', server: SERVER });
    expect(yaml).toContain(`model.csi.modelpack.org/reference: ${shelf.hub.host}/shelf/pack@${revision}\n`);
    await expect(shelf.ilab.models.exportToKubernetes({ reference, server: SERVER })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

const LABELS = { 'app.kubernetes.io/name': 'one' };

type Spec = NonNullable<NonNullable<IIoK8sApiAppsV1Deployment['spec']>['template']['spec']>;

/** Kubernetes’ types know every field that there is, so that the compiler refuses one that is not. */
function deployment({ volumes, subPath }: { readonly volumes: NonNullable<Spec['volumes']>; readonly subPath?: string }): IIoK8sApiAppsV1Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'one', namespace: 'models', labels: LABELS },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          containers: [
            {
              name: 'vllm',
              image: SERVER,
              args: ['--model', '/mnt/models', '--served-model-name', 'one', '--tensor-parallel-size=2'],
              ports: [{ name: 'http', containerPort: 8000 }],
              readinessProbe: { httpGet: { path: '/health', port: 'http' } },
              resources: { limits: { 'nvidia.com/gpu': '2' } },
              volumeMounts: [{ name: 'model', mountPath: '/mnt/models', ...(subPath !== undefined && { subPath }), readOnly: true }],
            },
          ],
          volumes,
        },
      },
    },
  };
}

const SERVICE: IIoK8sApiCoreV1Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'one', namespace: 'models', labels: LABELS },
  spec: { selector: LABELS, ports: [{ name: 'http', port: 8000, targetPort: 'http' }] },
};

describe('manifests by the schemas of Kubernetes', () => {
  const wanted = { name: 'one', namespace: 'models', gpus: 2, server: SERVER };

  it.each(['image-volume', 'csi'] as const)('%s is what the published schemas have, and has no field beside them', async (flavour) => {
    const { revision } = await shelf.bring(flavour === 'csi' ? 'pack' : 'car');
    const repository = `${shelf.hub.host}/shelf/${flavour === 'csi' ? 'pack' : 'car'}`;
    const { objects } = await shelf.ilab.models.exportToKubernetes({ ...wanted, reference: `${repository}:v1`, flavour });
    const pinned = `${repository}@${revision}`;
    const attributes = { 'model.csi.modelpack.org/reference': pinned };
    const expected =
      flavour === 'csi'
        ? deployment({ volumes: [{ name: 'model', csi: { driver: 'model.csi.modelpack.org', readOnly: true, volumeAttributes: attributes } }] })
        : deployment({ volumes: [{ name: 'model', image: { reference: pinned, pullPolicy: 'IfNotPresent' } }], subPath: 'models' });
    expect(objects).toEqual([expected, SERVICE]);
    const [written, service] = objects as unknown as [IIoK8sApiAppsV1Deployment, IIoK8sApiCoreV1Service];
    new Deployment(written).validate();
    new Service(service).validate();
  });

  it('the schemas refuse a planted fault', () => {
    const planted = { ...deployment({ volumes: [] }), spec: { replicas: 'one' } } as unknown as IIoK8sApiAppsV1Deployment;
    expect(() => new Deployment(planted).validate()).toThrow(/spec/);
  });
});

describe('manifests for KServe', () => {
  const limits = { 'nvidia.com/gpu': '2' };

  /** As they were held against KServe’s definitions by hand, with no field beside those: docs/kubernetes.md. */
  it.each([
    ['kserve', 'oci'],
    ['kserve-native', 'oci+native'],
  ] as const)('%s is as it was held against its definitions', async (flavour, scheme) => {
    const { revision } = await shelf.bring('car');
    const repository = `${shelf.hub.host}/shelf/car`;
    const { objects } = await shelf.ilab.models.exportToKubernetes({ reference: `${repository}:v1`, flavour, name: 'one', gpus: 2 });
    const model = {
      modelFormat: { name: 'huggingface' },
      args: ['--model_name=one', '--tensor-parallel-size=2'],
      storageUri: `${scheme}://${repository}@${revision}`,
      resources: { limits },
    };
    expect(objects).toEqual([{ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'one' }, spec: { predictor: { model } } }]);
  });

  it('llm-inference-service is as it was held against its definition', async () => {
    const { revision } = await shelf.bring('car');
    const repository = `${shelf.hub.host}/shelf/car`;
    const { objects } = await shelf.ilab.models.exportToKubernetes({ reference: `${repository}:v1`, flavour: 'llm-inference-service', name: 'one', gpus: 2 });
    const spec = {
      model: { uri: `oci+native://${repository}@${revision}`, name: 'one' },
      replicas: 1,
      parallelism: { tensor: 2 },
      router: { gateway: {}, route: {}, scheduler: {} },
      template: { containers: [{ name: 'main', resources: { limits } }] },
    };
    expect(objects).toEqual([{ apiVersion: 'serving.kserve.io/v1alpha2', kind: 'LLMInferenceService', metadata: { name: 'one' }, spec }]);
  });
});
