import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache, UnmanagedModel } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { layOutArtifacts, linkFarm } from '../test/link-farm.ts';
import { GGUF, writeTree } from '../test/write-tree.ts';

const COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';
const SAFETENSORS = { 'config.json': '{}', 'model.safetensors': 'weights' };

type Tree = Readonly<Record<string, string | Uint8Array>>;

function below(directory: string, files: Tree): Tree {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]));
}

/** What a store lists of the trees in its models and checkpoints directories. */
async function listed({ models = {}, checkpoints = {}, phased = {} }: { readonly models?: Tree; readonly checkpoints?: Tree; readonly phased?: Tree }) {
  const store = temporaryStore();
  writeTree(store.models, models);
  writeTree(join(store.root, 'checkpoints'), checkpoints);
  writeTree(join(store.root, 'phased'), phased);
  return { ...store, items: await unmanaged(store.cache) };
}

async function unmanaged(cache: Cache): Promise<readonly UnmanagedModel[]> {
  return (await collect(cache.items({}))).flatMap((item) => (item.kind === 'legacy' || item.kind === 'checkpoint' ? [item] : []));
}

describe('what older tools left', () => {
  it('is listed where it is, with n/a for a version', async () => {
    const { items, models } = await listed({
      models: { 'granite-7b-lab-Q4_K_M.gguf': GGUF, ...below('instructlab/merlinite-7b-lab', SAFETENSORS), 'notes.txt': 'x', 'broken.gguf': 'x' },
    });
    expect(items).toMatchObject([
      {
        kind: 'legacy',
        name: 'granite-7b-lab-Q4_K_M.gguf',
        path: join(models, 'granite-7b-lab-Q4_K_M.gguf'),
        format: 'gguf',
        version: 'n/a',
        size: GGUF.length,
      },
      {
        kind: 'legacy',
        name: 'instructlab/merlinite-7b-lab',
        path: join(models, 'instructlab/merlinite-7b-lab'),
        format: 'safetensors',
        version: 'n/a',
        size: 9,
      },
    ]);
  });

  it('has the commit that Hugging Face’s tools noted beside a directory’s files', async () => {
    const { items } = await listed({
      models: below('instructlab/merlinite-7b-lab', { ...SAFETENSORS, '.cache/huggingface/download/config.json.metadata': `${COMMIT}\netag\n1700000000.0\n` }),
    });
    expect(items).toMatchObject([{ name: 'instructlab/merlinite-7b-lab', version: `@${COMMIT.slice(0, 12)}` }]);
  });

  it('has, for a GGUF file, what was noted of that file and not of its neighbour', async () => {
    const { items } = await listed({ models: { 'a.gguf': GGUF, 'b.gguf': GGUF, '.cache/huggingface/download/b.gguf.metadata': `${COMMIT}\netag\n1.0\n` } });
    expect(items.map(({ name, version }) => [name, version])).toEqual([
      ['a.gguf', 'n/a'],
      ['b.gguf', `@${COMMIT.slice(0, 12)}`],
    ]);
  });

  it('has the digest of the manifest whose blobs it links to, whichever was pulled first', async () => {
    const store = temporaryStore();
    const [first, second] = [SAFETENSORS, { ...SAFETENSORS, 'model.safetensors': 'other' }];
    const digests = layOutArtifacts(join(store.root, 'oci', 'granite'), [first, second]);
    for (const [name, files] of Object.entries({ granite: first, newer: second }))
      linkFarm(join(store.models, name), join(store.root, 'oci', 'granite'), files);
    expect((await unmanaged(store.cache)).map(({ name, version }) => [name, version])).toEqual([
      ['granite', `@${digests[0]?.slice(7, 19)}`],
      ['newer', `@${digests[1]?.slice(7, 19)}`],
    ]);
  });

  it.each(['{"manifests": []}', '{"manifests": [', '{"manifests": [{"digest": "sha256:../../x"}]}', `{"manifests": [{"digest": "sha256:${'0'.repeat(64)}"}]}`])(
    'takes nothing out of a layout that can’t be read: %s',
    async (index) => {
      const store = temporaryStore();
      const layout = join(store.root, 'oci', 'granite');
      layOutArtifacts(layout, [SAFETENSORS]);
      linkFarm(join(store.models, 'granite'), layout, SAFETENSORS);
      writeTree(layout, { 'index.json': index });
      expect(await unmanaged(store.cache)).toMatchObject([{ name: 'granite', version: 'n/a' }]);
    },
  );

  it('takes no manifest for its own that has been tampered with', async () => {
    const store = temporaryStore();
    const layout = join(store.root, 'oci', 'granite');
    const [digest = ''] = layOutArtifacts(layout, [SAFETENSORS]);
    linkFarm(join(store.models, 'granite'), layout, SAFETENSORS);
    writeTree(layout, { [`blobs/sha256/${digest.slice(7)}`]: '{"layers": []}' });
    expect(await unmanaged(store.cache)).toMatchObject([{ name: 'granite', version: 'n/a' }]);
  });

  it('has no commit when its files are of several, and the one that an older client noted', async () => {
    const note = (commit: string) => `${commit}\netag\n1.0\n`;
    const { items } = await listed({
      models: {
        ...below('org/mixed', { ...SAFETENSORS, '.cache/huggingface/download/config.json.metadata': note(COMMIT) }),
        'org/mixed/.cache/huggingface/download/model.safetensors.metadata': note('0'.repeat(40)),
        ...below('org/older', { ...SAFETENSORS, '.huggingface/download/config.json.metadata': note(COMMIT) }),
      },
    });
    expect(items.map(({ name, version }) => [name, version])).toEqual([
      ['org/mixed', 'n/a'],
      ['org/older', `@${COMMIT.slice(0, 12)}`],
    ]);
  });

  it.each([['not a commit\n'], [''], [`${COMMIT.toUpperCase()}\n`]])('takes nothing else for a commit: %j', async (text) => {
    const { items } = await listed({ models: below('granite', { ...SAFETENSORS, '.cache/huggingface/download/config.json.metadata': text }) });
    expect(items).toMatchObject([{ version: 'n/a' }]);
  });

  it('is not taken for a host because its name has a dot', async () => {
    const { items } = await listed({ models: { ...below('granite-3.1-8b-lab-v1', SAFETENSORS), ...below('my.org/model', SAFETENSORS) } });
    expect(items.map(({ name }) => name)).toEqual(['granite-3.1-8b-lab-v1', 'my.org/model']);
  });

  it('is never a snapshot of a host', async () => {
    const store = temporaryStore();
    for (const repository of ['granite', 'team/granite', 'team/deep/granite']) {
      const id = sampleId({ repository });
      await addSnapshot(store, { id, files: [sampleFile('config.json'), sampleFile('model.safetensors')] });
      await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
    }
    expect(await unmanaged(store.cache)).toEqual([]);
  });

  it('is not hidden by links to nowhere, or folders with a model’s name', async () => {
    const store = temporaryStore();
    writeTree(store.models, { 'org/a.gguf': GGUF, 'org/b.gguf': GGUF, ...below('other/model', SAFETENSORS) });
    symlinkSync('/nowhere/at/all', join(store.models, 'org/gone.gguf'));
    symlinkSync('/nowhere/at/all', join(store.models, 'other/gone.gguf'));
    mkdirSync(join(store.models, 'org/folder.gguf'));
    expect((await unmanaged(store.cache)).map(({ name }) => name)).toEqual(['org/a.gguf', 'org/b.gguf', 'other/model']);
  });

  it('tells what an adapter was trained on', async () => {
    const { items } = await listed({
      models: below('org/lora', { 'adapter_config.json': '{"base_model_name_or_path":"instructlab/granite-7b-lab"}', 'adapter_model.safetensors': 'x' }),
    });
    expect(items).toMatchObject([{ name: 'org/lora', format: 'adapter', base: 'instructlab/granite-7b-lab' }]);
  });
});

describe('checkpoints', () => {
  it('of phased training are listed where it puts them, beside the others', async () => {
    const store = temporaryStore();
    writeTree(store.root, {
      ...below('phased/phase1/checkpoints/hf_format/samples_2', SAFETENSORS),
      ...below('checkpoints/hf_format/samples_1', SAFETENSORS),
      'phased/journalfile.yaml': '',
    });
    expect((await unmanaged(store.cache)).map(({ name }) => name)).toEqual(['hf_format/samples_1', 'phased/phase1/checkpoints/hf_format/samples_2']);
  });

  it('of every way that InstructLab trains are listed, and are all found by their last part', async () => {
    const { items, root } = await listed({
      checkpoints: {
        ...below('hf_format/samples_4224', SAFETENSORS),
        ...below('hf_format/last_epoch', SAFETENSORS),
        ...below('hf_format/samples_12', { 'config.json': '{}', 'pytorch_model.bin': 'x', 'pytorch_model.gguf': GGUF, 'pytorch_model-Q4_K_M.gguf': GGUF }),
        'full_state/epoch_0/optimizer.bin': 'x',
        'ggml-model-f16.gguf': GGUF,
        ...below('instructlab-granite-7b-lab-mlx-q', { 'config.json': '{}', 'weights.00.safetensors': 'x', 'adapters.npz': 'x' }),
      },
      phased: {
        'journalfile.yaml': '',
        ...below('phase1/checkpoints/hf_format/samples_12', SAFETENSORS),
        'phase1/eval_cache/mmlu.json': '{}',
        ...below('phase2/checkpoints/hf_format/samples_8448', SAFETENSORS),
      },
    });
    expect(items.map(({ name, format }) => [name, format]).sort()).toEqual([
      ['ggml-model-f16.gguf', 'gguf'],
      ['hf_format/last_epoch', 'safetensors'],
      ['hf_format/samples_12/pytorch_model-Q4_K_M.gguf', 'gguf'],
      ['hf_format/samples_12/pytorch_model.gguf', 'gguf'],
      ['hf_format/samples_4224', 'safetensors'],
      ['instructlab-granite-7b-lab-mlx-q', 'safetensors'],
      ['phased/phase1/checkpoints/hf_format/samples_12', 'safetensors'],
      ['phased/phase2/checkpoints/hf_format/samples_8448', 'safetensors'],
    ]);
    expect(items.every(({ kind }) => kind === 'checkpoint')).toBe(true);
    expect(items.find(({ name }) => name.endsWith('8448'))?.path).toBe(join(root, 'phased/phase2/checkpoints/hf_format/samples_8448'));
  });

  it('are listed however deep phased training puts them, without a version', async () => {
    const noted = { ...SAFETENSORS, '.cache/huggingface/download/config.json.metadata': `${COMMIT}\n` };
    const { items } = await listed({
      checkpoints: { ...below('samples_1', SAFETENSORS), ...below('phased/phase1/checkpoints/hf_format/samples_2', noted), 'phased/journal.yaml': '' },
    });
    expect(items.map(({ kind, name, version }) => [kind, name, version])).toEqual([
      ['checkpoint', 'phased/phase1/checkpoints/hf_format/samples_2', 'n/a'],
      ['checkpoint', 'samples_1', 'n/a'],
    ]);
  });
});
