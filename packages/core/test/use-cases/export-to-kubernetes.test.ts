import { beforeEach, describe, expect, it } from 'vitest';
import { exportToKubernetes, KUBERNETES_FLAVOURS, type KubernetesFlavour, type KubernetesManifests } from '../../src/index.ts';
import { createFakes, type Fakes, remoteArchive, remoteSnapshot, sha256 } from '../fakes/index.ts';

const DIGEST = `sha256:${sha256('what the tag means now')}`;
const CAR = 'quay.io/me/Granite_3.1:v1';
const VLLM = `docker.io/vllm/vllm-openai:v0@sha256:${sha256('vllm')}`;
const PINNED = `quay.io/me/granite_3.1@${DIGEST}`;

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
  const at = { source: 'oci', host: 'quay.io', revision: DIGEST, version: 'v1', kind: 'tag' } as const;
  fakes.world.snapshots.set('quay.io/me/granite_3.1:v1', remoteSnapshot({ ...at, repository: 'me/granite_3.1', archives: [remoteArchive('layer')] }));
  fakes.world.snapshots.set('quay.io/me/pack:v1', remoteSnapshot({ ...at, repository: 'me/pack', files: { 'm.safetensors': 'x' } }));
});

interface Wanted {
  readonly flavour?: KubernetesFlavour;
  readonly name?: string;
  readonly namespace?: string;
  readonly gpus?: number;
  readonly server?: string;
}

/** With a server where one is needed. */
function written(text: string, wanted: Wanted = {}): Promise<KubernetesManifests> {
  const needsServer = wanted.flavour === undefined || wanted.flavour === 'image-volume' || wanted.flavour === 'csi';
  return asked(text, { ...(needsServer && { server: VLLM }), ...wanted });
}

function asked(text: string, wanted: Wanted): Promise<KubernetesManifests> {
  return exportToKubernetes(fakes.deps, { reference: text.toLowerCase(), ...wanted }, {});
}

describe('manifests for a cluster', () => {
  it.each(KUBERNETES_FLAVOURS)('%s names the model by its digest alone', async (flavour) => {
    const { image, objects } = await written(flavour === 'csi' ? 'quay.io/me/pack:v1' : CAR, { flavour });
    expect(image).toBe(flavour === 'csi' ? `quay.io/me/pack@${DIGEST}` : PINNED);
    const text = JSON.stringify(objects);
    expect(text.split(image).length - 1).toBe(1);
    expect(text).not.toContain(':v1"');
  });

  it('mounts an image below /models, and serves it by a name that the cluster has', async () => {
    const [deployment, service] = (await written(CAR, { namespace: '1-lab', gpus: 2 })).objects;
    expect(deployment).toMatchObject({
      kind: 'Deployment',
      metadata: { name: 'granite-3-1', namespace: '1-lab' },
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: VLLM,
                args: ['--model', '/mnt/models', '--served-model-name', 'granite-3-1', '--tensor-parallel-size=2'],
                resources: { limits: { 'nvidia.com/gpu': '2' } },
                volumeMounts: [{ name: 'model', mountPath: '/mnt/models', subPath: 'models', readOnly: true }],
              },
            ],
            volumes: [{ name: 'model', image: { reference: PINNED, pullPolicy: 'IfNotPresent' } }],
          },
        },
      },
    });
    const labels = { 'app.kubernetes.io/name': 'granite-3-1' };
    expect(deployment).toMatchObject({ spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } } });
    expect(service).toMatchObject({ kind: 'Service', metadata: { namespace: '1-lab' }, spec: { selector: labels } });
  });

  it('tells KServe how to bring it', async () => {
    const uriOf = async (flavour: KubernetesFlavour) => JSON.stringify((await written(CAR, { flavour })).objects);
    expect(await uriOf('kserve')).toContain(`"storageUri":"oci://${PINNED}"`);
    expect(await uriOf('kserve-native')).toContain(`"storageUri":"oci+native://${PINNED}"`);
    expect(await uriOf('llm-inference-service')).toContain(`"uri":"oci+native://${PINNED}"`);
  });

  it('refuses what can’t be mounted, and says how it can', async () => {
    const upload = /ilab model upload --model \S+ --destination \S+ --format modelcar/;
    await expect(written('org/name')).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringMatching(upload) });
    await expect(written('quay.io/me/pack:v1')).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringMatching(upload) });
    await expect(written(CAR, { flavour: 'csi' })).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('image-volume') });
  });

  it.each(['', '-a', 'a-', 'A', 'a.b', 'a/b', '1a', 'a\nkind: Pod', 'a'.repeat(64)])('refuses the name %j before anybody is asked', async (name) => {
    await expect(written(CAR, { name })).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('--name') });
    expect(fakes.log).toEqual([]);
  });

  it.each(['', '-a', 'a_b', 'a b', 'a: b', 'a'.repeat(64)])('refuses the namespace %j', async (namespace) => {
    await expect(written(CAR, { namespace })).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d GPUs', async (gpus) => {
    await expect(written(CAR, { gpus })).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('--gpu') });
  });

  it.each<[KubernetesFlavour, string | undefined]>([
    ['image-volume', undefined],
    ['csi', undefined],
    ['image-volume', 'docker.io/vllm/vllm-openai:latest'],
    ['image-volume', `vllm@sha256:${sha256('vllm')}`],
    ['image-volume', `docker.io/vllm/vllm-openai@sha256:${'0'.repeat(63)}`],
    ['image-volume', `${VLLM}\nprivileged: true`],
    ['kserve', VLLM],
    ['kserve-native', VLLM],
    ['llm-inference-service', VLLM],
  ])('%s makes up no server, and takes none that moves: %j', async (flavour, server) => {
    await expect(asked(CAR, { flavour, ...(server !== undefined && { server }) })).rejects.toMatchObject({
      code: 'E_USAGE',
      message: expect.stringMatching(/image/),
    });
    expect(fakes.log).toEqual([]);
  });
});
