import { createHash } from 'node:crypto';
import type { ModelFacts } from '@ilab/core/adapter';
import { describe, expect, it } from 'vitest';
import { adapterFacts, bytesSource, ggufFacts, ggufSplit, isGgufAdapter, readGguf, readSafetensors, safetensorsFacts } from '../src/index.ts';
import { buildGguf, type GgufPlan, text, uint32, type Written } from './build-gguf.ts';
import { buildSafetensors } from './build-safetensors.ts';

const gguf = (plan: GgufPlan) => readGguf(bytesSource(buildGguf(plan)));
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

async function factsOf(...metadata: readonly (readonly [string, Written])[]): Promise<ModelFacts> {
  return ggufFacts([await gguf({ metadata })]);
}

async function safetensorsOf(config: object, tensors: Readonly<Record<string, string>> = { a: 'U8' }): Promise<ModelFacts> {
  const entries = Object.entries(tensors).map(([name, dtype]) => [name, { dtype, shape: [0], data_offsets: [0, 0] }]);
  const header = await readSafetensors(bytesSource(buildSafetensors(Object.fromEntries(entries))));
  return safetensorsFacts([header], { config: config as Record<string, unknown> });
}

describe('a GGUF tells', () => {
  it('its architecture, context, licence, template and quantisation', async () => {
    const facts = await factsOf(
      ['general.architecture', text('granite')],
      ['granite.context_length', { type: 'uint64', value: 131_072 }],
      ['llama.context_length', uint32(1)],
      ['general.license', text('apache-2.0')],
      ['general.file_type', uint32(15)],
      ['tokenizer.chat_template', text('{{ größe }}')],
    );
    expect(facts).toEqual({
      architecture: 'granite',
      contextLength: 131_072,
      licence: 'apache-2.0',
      quantisation: 'Q4_K_M',
      chatTemplate: sha256('{{ größe }}'),
    });
  });

  it('of a split set: weights of all parts, the rest from the first', async () => {
    const part = (number: number, type: number, metadata: GgufPlan['metadata'] = []) =>
      gguf({
        metadata: [...metadata, ['split.no', { type: 'uint16', value: number }], ['split.count', { type: 'uint16', value: 2 }]],
        tensors: [{ name: `t${number}`, dimensions: [32, 1 + number], type, offset: 0 }],
        data: 256,
      });
    const parts = [await part(0, 0, [['general.architecture', text('llama')]]), await part(1, 8)];
    expect(ggufFacts(parts)).toEqual({ architecture: 'llama', parameters: 96, quantisation: 'Q8_0' });
    expect(parts.map(ggufSplit)).toEqual([
      { number: 0, count: 2 },
      { number: 1, count: 2 },
    ]);
  });

  it.each<[string, readonly (readonly [string, Written])[], string | undefined]>([
    [
      'where its base is',
      [
        ['general.base_model.0.repo_url', text('https://huggingface.co/org/base')],
        ['general.base_model.0.name', text('Base')],
      ],
      'org/base',
    ],
    ['what its base is called', [['general.base_model.0.name', text('Base 7b')]], 'Base 7b'],
    ['nothing of its base', [], undefined],
  ])('as an adapter %s', async (_what, metadata, base) => {
    const header = await gguf({ metadata: [['general.type', text('adapter')], ...metadata] });
    expect(isGgufAdapter(header)).toBe(true);
    expect(ggufFacts([header]).base).toBe(base);
  });

  it('nothing in place of what is of another type, and no more than a label of a long text', async () => {
    const facts = await factsOf(
      ['general.architecture', text(`\u001b[2J${'x'.repeat(5000)}`)],
      ['general.license', uint32(5)],
      ['general.file_type', text('Q4_0')],
      ['tokenizer.chat_template', { type: 'array', of: 'string', values: [] }],
    );
    expect(facts).toEqual({ architecture: expect.stringMatching(/^\?\[2Jx{196}$/) });
  });

  it.each([0, -5, 1.5])('no context length of %d', async (value) => {
    expect(await factsOf(['general.architecture', text('a')], ['a.context_length', { type: 'float64', value }])).toEqual({ architecture: 'a' });
  });
});

describe('a safetensors model tells', () => {
  it.each<[object, ModelFacts]>([
    [
      { architectures: ['GraniteForCausalLM'], model_type: 'granite', max_position_embeddings: 4096 },
      { architecture: 'GraniteForCausalLM', contextLength: 4096 },
    ],
    [
      { model_type: 'gpt2', n_positions: 1024 },
      { architecture: 'gpt2', contextLength: 1024 },
    ],
    [{ text_config: { max_position_embeddings: 8192 } }, { contextLength: 8192 }],
    [{ quantization_config: { quant_method: 'gptq', bits: 4 } }, { quantisation: 'gptq' }],
    [{ architectures: 'x', model_type: 7, max_position_embeddings: '4096', quantization_config: [] }, {}],
  ])('%j', async (config, facts) => {
    expect(await safetensorsOf(config)).toEqual(facts);
  });

  it('how most weights are stored, and counts none that are packed', async () => {
    const entry = (dtype: string, [size, begin]: readonly [number, number]): object => ({
      dtype,
      shape: [size],
      data_offsets: [begin, begin + size * (dtype === 'I32' ? 4 : 2)],
    });
    const read = async (header: object, data: number) => safetensorsFacts([await readSafetensors(bytesSource(buildSafetensors(header, { data })))], {});
    expect(await read({ a: entry('BF16', [6, 0]), b: entry('I32', [1, 12]) }, 16)).toEqual({ quantisation: 'BF16', parameters: 7 });
    expect(await read({ a: entry('BF16', [1, 0]), b: entry('I32', [6, 2]) }, 26)).toEqual({ quantisation: 'I32' });
  });

  it.each<[unknown, string | undefined]>([
    ['one', 'one'],
    [
      [
        { name: 'tool_use', template: 'two' },
        { name: 'default', template: 'three' },
      ],
      'three',
    ],
    [[{ name: 'rag', template: 'four' }], 'four'],
    [[], undefined],
    [7, undefined],
  ])('the hash of its chat template %j', (template, chosen) => {
    expect(safetensorsFacts([], { tokenizer: { chat_template: template } }).chatTemplate).toBe(chosen === undefined ? undefined : sha256(chosen));
    expect(safetensorsFacts([], { tokenizer: { chat_template: template }, template: 'file' }).chatTemplate).toBe(sha256('file'));
  });

  it.each<[string, string | undefined]>([
    ['---\nlicense: apache-2.0\n---\n', 'apache-2.0'],
    ['---\r\ntags: [a]\r\nlicense: "mit"\r\n---\r\n', 'mit'],
    ['---\ntags: [a]\n---\nlicense: mit\n', undefined],
    ['---\nlicense: mit\n', undefined],
    ['# license: mit\n', undefined],
    [`---\n${'a: '.repeat(100_000)}`, undefined],
  ])('its licence by its card %j', (readme, licence) => {
    expect(safetensorsFacts([], { readme }).licence).toBe(licence);
  });
});

it.each<[object, ModelFacts]>([
  [
    { base_model_name_or_path: 'org/base', r: 16, target_modules: ['q_proj', 7, 'v_proj'] },
    { base: 'org/base', rank: 16, targetModules: ['q_proj', 'v_proj'] },
  ],
  [{ base_model_name_or_path: '', r: -1, target_modules: 'all-linear' }, { targetModules: ['all-linear'] }],
  [{ base_model_name_or_path: null, r: '8', target_modules: null }, {}],
])('an adapter tells %j', (config, facts) => {
  expect(adapterFacts(config as Record<string, unknown>)).toEqual(facts);
});
