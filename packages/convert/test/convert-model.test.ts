import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GGUF_TYPES } from '@ilab/core';
import { convertModel } from '../src/index.ts';
import { DIRECT, type Json, MODEL, openScene, readWritten } from './scene.ts';

const QUANTISED = { type: 'q8_0', name: 'ilab/demo' } as const;

describe('a model', () => {
  it('is what another program wrote of the same weights, but for a last bit here and there', async () => {
    await using scene = await openScene();
    await convertModel({ directory: MODEL, destination: scene.destination, ...QUANTISED });
    const [ours, theirs] = [await readWritten(scene.destination), await readWritten(DIRECT.model)];
    expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
    for (const [name, bytes] of ours.tensors) {
      const other = theirs.tensors.get(name) ?? Buffer.alloc(0);
      expect(bytes.length, name).toBe(other.length);
      const different = bytes.filter((byte, at) => byte !== other[at]).length;
      expect(different, name).toBeLessThanOrEqual(1);
    }
    for (const [key, { value }] of theirs.header.metadata) if (key !== 'general.name') expect(ours.header.metadata.get(key)?.value, key).toEqual(value);
  });

  it.each(GGUF_TYPES)('is the same each time, as %s, and comes with its progress', async (type) => {
    await using scene = await openScene();
    const seen: number[] = [];
    await convertModel({ directory: MODEL, destination: scene.destination, type, name: 'a' }, { onProgress: ({ done, total }) => seen.push(done / total) });
    const first = await readFile(scene.destination);
    await convertModel({ directory: MODEL, destination: scene.destination, type, name: 'a' });
    expect(await readFile(scene.destination)).toEqual(first);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(0.99);
  });

  it('with tied embeddings has no output of its own', async () => {
    await using scene = await openScene();
    await scene.change('config.json', (config) => (config['tie_word_embeddings'] = true));
    await convertModel({ directory: scene.model, destination: scene.destination, ...QUANTISED });
    expect([...(await readWritten(scene.destination)).tensors.keys()]).not.toContain('output.weight');
  });

  it('that is aborted leaves nothing behind, and what was there stays', async () => {
    await using scene = await openScene();
    await writeFile(scene.destination, 'before');
    const stop = new AbortController();
    const conversion = convertModel(
      { directory: MODEL, destination: scene.destination, ...QUANTISED },
      { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) },
    );
    await expect(conversion).rejects.toThrow('enough');
    expect(await readFile(scene.destination, 'utf8')).toBe('before');
    expect((await readdir(scene.folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('what is not known exactly is refused, with the reason', () => {
  it.each<[string, string, (json: Json) => unknown, RegExp]>([
    ['another architecture', 'config.json', (json) => Object.assign(json, { architectures: ['GraniteForCausalLM'] }), /GraniteForCausalLM/],
    ['RoPE scaling', 'config.json', (json) => Object.assign(json, { rope_scaling: { rope_type: 'llama3', factor: 8 } }), /RoPE scaling/],
    ['a sliding window', 'config.json', (json) => Object.assign(json, { sliding_window: 4096 }), /sliding_window/],
    ['quantised weights', 'config.json', (json) => Object.assign(json, { quantization_config: { bits: 4 } }), /quantization_config/],
    ['another activation', 'config.json', (json) => Object.assign(json, { hidden_act: 'gelu' }), /hidden_act/],
    ['biases', 'config.json', (json) => Object.assign(json, { attention_bias: true }), /attention_bias/],
    ['a multiplier', 'config.json', (json) => Object.assign(json, { embedding_multiplier: 12 }), /embedding_multiplier/],
    ['experts', 'config.json', (json) => Object.assign(json, { num_local_experts: 8 }), /num_local_experts/],
    ['a shape that its tensors have not', 'config.json', (json) => Object.assign(json, { hidden_size: 256 }), / × /],
    ['fewer layers than tensors', 'config.json', (json) => Object.assign(json, { num_hidden_layers: 3 }), /no Llama has: model\.layers\.3\./],
    ['more layers than tensors', 'config.json', (json) => Object.assign(json, { num_hidden_layers: 5 }), /lacks a tensor: blk\.4\./],
    ['no number of heads', 'config.json', (json) => Object.assign(json, { num_attention_heads: 'four' }), /num_attention_heads/],
    ['another tokenizer', 'tokenizer.json', (json) => Object.assign(json, { model: { type: 'Unigram' } }), /byte-level BPE/],
    ['bytes for what it has no token of', 'tokenizer.json', (json) => Object.assign(json['model'] as object, { byte_fallback: true }), /byte-level BPE/],
    ['a normalizer', 'tokenizer.json', (json) => Object.assign(json, { normalizer: { type: 'NFC' } }), /normalizer/],
    ['another way to cut text', 'tokenizer.json', (json) => Object.assign(json, { pre_tokenizer: { type: 'Whitespace' } }), /pre-tokenizer/],
    ['words that are not merged', 'tokenizer.json', (json) => Object.assign(json['model'] as object, { ignore_merges: true }), /pre-tokenizer/],
    ['a token out of place', 'tokenizer.json', (json) => Object.assign((json['model'] as { vocab: object }).vocab, { extra: 100_000 }), /out of place/],
    ['a merge that is none', 'tokenizer.json', (json) => (json['model'] as { merges: unknown[] }).merges.push('a'), /merge/],
  ])('%s', async (_what, file, edit, reason) => {
    await using scene = await openScene();
    await scene.change(file, (json) => void edit(json));
    const error = await convertModel({ directory: scene.model, destination: scene.destination, ...QUANTISED }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(reason), hint: expect.stringContaining('convert_hf_to_gguf.py') });
    expect(await readdir(scene.folder)).not.toContain('out.gguf');
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])('a folder without %s', async (file) => {
    await using scene = await openScene();
    await rm(join(scene.model, file));
    await expect(convertModel({ directory: scene.model, destination: scene.destination, ...QUANTISED })).rejects.toMatchObject({
      message: expect.stringContaining(file),
    });
  });
});
