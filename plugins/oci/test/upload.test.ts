import type { Descriptor } from '@ilab/oras';
import { type AnswerCache, IlabError, type Progress, type UploadRequest } from '@ilab/plugin-api';
import { beforeEach, describe, expect, it } from 'vitest';
import { upload } from '../src/upload/upload.ts';
import { ociReference } from './context.ts';
import { type MemoryTarget, memoryTarget } from './memory-target.ts';
import { file } from './upload-scene.ts';

const LARGE = 'w'.repeat(1024 * 1024);

function answersInMemory(): AnswerCache {
  const kept = new Map<string, string>();
  return { get: async (key) => kept.get(key), put: async (key, answer) => void kept.set(key, answer) };
}

function watching(): Progress & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    plan: ({ files, bytes }) => void seen.push(`plan ${files} ${bytes}`),
    begin: ({ label, size }) => ({ at: (bytes) => void seen.push(`${label} at ${bytes}`), end: (outcome) => void seen.push(`${label} ${outcome} of ${size}`) }),
  };
}

let target: MemoryTarget;
let answers: AnswerCache;
beforeEach(() => {
  target = memoryTarget();
  answers = answersInMemory();
});

const files = [file('config.json', '{}'), file('model.gguf', LARGE)];

function push(request: Partial<UploadRequest> = {}, { to = target, origin = memoryTarget() }: { to?: MemoryTarget; origin?: MemoryTarget } = {}) {
  const destination = ociReference('r.example', { repository: 'acme/model', version: 'v1' });
  const progress = watching();
  const done = upload({ target: to, origin: async () => origin, answers }, { destination, files, ...request }, { progress });
  return done.then((result) => ({ ...result, seen: progress.seen }));
}

const manifestOf = ({ blobs, tags }: MemoryTarget, tag = 'v1') => JSON.parse(String(blobs.get(tags.get(tag)?.digest ?? '')));

describe('an upload to a registry', () => {
  it('brings blobs, then the manifest, and tags last', async () => {
    const { revision, url, changed, sent, here, packed, seen } = await push();
    expect({ changed, sent, here, packed }).toEqual({ changed: true, sent: LARGE.length + 2, here: 0, packed: 'modelpack' });
    expect(url).toBe(`r.example/acme/model:v1@${revision}`);
    const manifest = manifestOf(target);
    expect(manifest.artifactType).toBe('application/vnd.cncf.model.manifest.v1+json');
    const [config, model] = manifest.layers.map((layer: Descriptor) => layer.digest);
    expect(target.calls.slice(0, 2).sort()).toEqual([`push ${model}`, `push ${config}`].sort());
    expect(target.calls.slice(2)).toEqual([`push ${manifest.config.digest}`, `push ${revision}`, 'tag v1']);
    expect(seen[0]).toBe(`plan 2 ${LARGE.length + 2}`);
    expect(seen).toEqual(expect.arrayContaining(['model.gguf at 1048576', 'model.gguf sent of 1048576', 'config.json sent of 2']));
  });

  it('takes the tag latest where none is named', async () => {
    const { url } = await push({ destination: ociReference('r.example', { repository: 'acme/model' }) });
    expect(url).toMatch(/^r\.example\/acme\/model:latest@sha256:/);
    expect([...target.tags.keys()]).toEqual(['latest']);
  });

  it('of the same again asks one question and changes nothing', async () => {
    const { revision } = await push();
    target.calls.length = 0;
    expect(await push()).toMatchObject({ changed: false, sent: 0, here: LARGE.length + 2, revision });
    expect(target.calls).toEqual([]);
  });

  it('goes on where it stopped: what is there is not sent', async () => {
    const [small, large] = files;
    target.blobs.set(`sha256:${large?.sha256}`, Buffer.from(LARGE));
    expect(await push()).toMatchObject({ changed: true, sent: small?.size, here: large?.size });
  });

  it('sends the bytes of two equal files once', async () => {
    const { sent, here } = await push({ files: [...files, file('copy.gguf', LARGE)] });
    expect({ sent, here }).toEqual({ sent: LARGE.length + 2, here: LARGE.length });
    expect(manifestOf(target).layers).toHaveLength(3);
  });

  it('moves a tag that stands, and leaves alone one that somebody else moved meanwhile', async () => {
    await push();
    const { revision } = await push({ files: [file('model.gguf', 'newer')] });
    expect(target.tags.get('v1')?.digest).toBe(revision);
    const theirs: Descriptor = { mediaType: 'x', digest: `sha256:${'a'.repeat(64)}`, size: 1, annotations: {} };
    const elsewhere: MemoryTarget = {
      ...target,
      push(descriptor, content, options) {
        target.tags.set('v1', theirs);
        return target.push(descriptor, content, options);
      },
    };
    target.calls.length = 0;
    const pushing = push({ files: [file('model.gguf', 'newest')] }, { to: elsewhere });
    await expect(pushing).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(target.tags.get('v1')).toBe(theirs);
    expect(target.calls.filter((call) => call.startsWith('tag'))).toEqual([]);
  });

  it('tags nothing when a blob can’t be sent', async () => {
    const failing: MemoryTarget = { ...target, push: async () => Promise.reject(new IlabError('E_NETWORK', 'gone')) };
    await expect(push({}, { to: failing })).rejects.toMatchObject({ code: 'E_NETWORK' });
    expect(target.calls).toEqual([]);
  });

  it('says beside the files what they say of themselves and where they are from, but no private host', async () => {
    const facts = { format: 'gguf', architecture: 'llama', parameters: 7e9, quantisation: 'Q4_K_M', licence: 'mit', contextLength: 4096 } as const;
    const origin = { source: 'hf', host: 'huggingface.co', repository: 'org/granite', revision: 'abc' };
    await push({ facts, origin, description: 'Better' });
    const manifest = manifestOf(target);
    expect(manifest.annotations).toEqual({
      'org.opencontainers.image.title': 'granite',
      'org.opencontainers.image.source': 'https://huggingface.co/org/granite',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.licenses': 'mit',
      'org.opencontainers.image.description': 'Better',
    });
    expect(JSON.parse(String(target.blobs.get(manifest.config.digest))).config).toEqual({
      architecture: 'llama',
      format: 'gguf',
      paramSize: '7B',
      quantization: 'Q4_K_M',
    });
    await push({ origin: { ...origin, host: '127.0.0.1:5000' } });
    expect(manifestOf(target)).not.toHaveProperty('annotations');
  });
});

describe('what is told of an upload', () => {
  it('counts what went twice as sent twice, and never as there before', async () => {
    const twice: MemoryTarget = { ...target, push: async (...args) => 2 * (await target.push(...args)) };
    expect(await push({}, { to: twice })).toMatchObject({ sent: 2 * (LARGE.length + 2), here: 0 });
  });
});

describe('blobs of another repository', () => {
  it('are taken from there where the files came from there', async () => {
    const digest = `sha256:${files[1]?.sha256}`;
    target.elsewhere.set(`upstream/model ${digest}`, Buffer.from(LARGE));
    const origin = { source: 'oci', host: 'r.example', repository: 'upstream/model', revision: `sha256:${'b'.repeat(64)}` };
    expect(await push({ origin })).toMatchObject({ sent: 2, here: LARGE.length });
    expect(target.calls).toContain(`mount r.example/upstream/model ${digest}`);
  });

  it('are taken from where they were sent before', async () => {
    await push();
    const other = memoryTarget();
    for (const [digest, bytes] of target.blobs) other.elsewhere.set(`acme/model ${digest}`, bytes);
    const destination = ociReference('r.example', { repository: 'acme/other', version: 'v1' });
    expect(await push({ destination }, { to: other })).toMatchObject({ sent: 2, here: LARGE.length });
    const elsewhere = memoryTarget();
    await push({ destination: ociReference('other.example', { repository: 'acme/other', version: 'v1' }) }, { to: elsewhere });
    expect(elsewhere.calls.filter((call) => call.startsWith('mount'))).toEqual([]);
  });

  it('are sent where the registry does not take them from there', async () => {
    const origin = { source: 'oci', host: 'r.example', repository: 'upstream/model', revision: `sha256:${'b'.repeat(64)}` };
    expect(await push({ origin })).toMatchObject({ sent: LARGE.length + 2, here: 0 });
  });

  it('are not looked for under what was remembered wrongly', async () => {
    await answers.put('oci-places-1 r.example', JSON.stringify([[`sha256:${files[1]?.sha256}`, '../../evil?x']]));
    await push();
    await answers.put('oci-places-1 r.example', 'no JSON');
    await push({ files: [file('other.gguf', `${LARGE}2`)] });
    expect(target.calls.filter((call) => call.startsWith('mount'))).toEqual([]);
  });
});

describe('a ModelCar image', () => {
  it('has the files below /models, and is hashed once', async () => {
    const first = await push({ format: 'modelcar' });
    expect(first).toMatchObject({ packed: 'modelcar', changed: true });
    const manifest = manifestOf(target);
    expect(manifest.config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
    const layer = target.blobs.get(manifest.layers[0].digest);
    expect(layer?.subarray(512, 530).toString()).toBe('models/config.json');
    expect(first.seen).toContain('model.gguf checked of 1050624');
    const again = await push({ format: 'modelcar' });
    expect(again).toMatchObject({ changed: false, revision: first.revision });
    expect(again.seen).toEqual([]);
  });
});
