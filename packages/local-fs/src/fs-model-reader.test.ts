import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { GGUF, safetensors, writeTree } from '../test/write-tree.ts';

/** A real model, trained for the demo; see its README. */
const DEMO = fileURLToPath(new URL('../../../tools/demo/models/ilab/', import.meta.url));
const SAFETENSORS = join(DEMO, 'demo/v1/safetensors');
const template = (JSON.parse(readFileSync(join(SAFETENSORS, 'tokenizer_config.json'), 'utf8')) as { chat_template: string }).chat_template;
const TEMPLATE_SHA256 = createHash('sha256').update(template).digest('hex');

describe('facts', () => {
  it('of a GGUF come from its header', async () => {
    const { reader } = temporaryStore();
    expect(await reader.facts(join(DEMO, 'demo/v1/ilab-demo-q8_0.gguf'), {})).toEqual({
      architecture: 'llama',
      parameters: 935_040,
      quantisation: 'Q8_0',
      contextLength: 512,
      chatTemplate: TEMPLATE_SHA256,
    });
  });

  it('of a safetensors directory come from headers and configuration', async () => {
    const { reader } = temporaryStore();
    expect(await reader.facts(SAFETENSORS, {})).toEqual({
      architecture: 'LlamaForCausalLM',
      parameters: 935_040,
      quantisation: 'F32',
      contextLength: 512,
      chatTemplate: TEMPLATE_SHA256,
    });
  });

  it('of an adapter tell what it was trained on and what it changes', async () => {
    const { reader: subject, root } = temporaryStore();
    const adapter = join(DEMO, 'demo-adapter/v1');
    for (const name of ['adapter_config.json', 'adapter_model.safetensors']) cpSync(join(adapter, name), join(root, 'lora', name));
    expect(await subject.facts(join(root, 'lora'), {})).toMatchObject({
      base: 'ilab-demo',
      rank: 8,
      targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      quantisation: 'F32',
    });
  });

  it('of a sharded model come from all shards, and its licence from the card', async () => {
    const { reader: subject, root } = temporaryStore();
    writeTree(join(root, 'm'), {
      'config.json': '{"text_config":{"max_position_embeddings":4096},"model_type":"granite"}',
      'model.safetensors.index.json': '{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}',
      'm-1.safetensors': safetensors('a'),
      'm-2.safetensors': safetensors('b'),
      'README.md': '---\nlanguage: en\nlicense: "apache-2.0"\n---\nlicense: mine\n',
      'chat_template.jinja': template,
    });
    expect(await subject.facts(join(root, 'm'), {})).toEqual({
      architecture: 'granite',
      quantisation: 'U8',
      contextLength: 4096,
      licence: 'apache-2.0',
      chatTemplate: TEMPLATE_SHA256,
    });
  });

  it('of a format that is not read here are what its configuration tells', async () => {
    const { reader: subject, root } = temporaryStore();
    writeTree(join(root, 'm'), { 'config.json': '{"model_type":"bert","max_position_embeddings":512}', 'pytorch_model.bin': 'x' });
    expect(await subject.facts(join(root, 'm'), {})).toEqual({ architecture: 'bert', contextLength: 512 });
  });

  it('of a file that is none are not told', async () => {
    const { reader: subject, root } = temporaryStore();
    writeTree(root, { 'm.gguf': 'x' });
    await expect(subject.facts(join(root, 'm.gguf'), {})).rejects.toMatchObject({
      code: 'E_NOT_A_MODEL',
      message: expect.stringContaining('lacks the GGUF magic'),
    });
  });

  it('are not waited for when nobody wants them any more', async () => {
    const { reader: subject, probe } = temporaryStore();
    const signal = AbortSignal.abort();
    await expect(subject.facts(SAFETENSORS, { signal })).rejects.toBe(signal.reason);
    await expect(probe.probe(SAFETENSORS, { signal })).rejects.toBe(signal.reason);
  });

  it('of a model that is cut off are not told, but where it is', async () => {
    const { reader: subject, root } = temporaryStore();
    cpSync(join(DEMO, 'demo/v1/ilab-demo-q8_0.gguf'), join(root, 'm.gguf'));
    truncateSync(join(root, 'm.gguf'), 900_000);
    await expect(subject.facts(join(root, 'm.gguf'), {})).rejects.toMatchObject({
      code: 'E_NOT_A_MODEL',
      message: expect.stringMatching(/^m\.gguf: No valid GGUF: .* ends at byte \d+, and the file has 900000 \(at byte 900000\)\.$/),
    });
  });
});

describe('the probe', () => {
  it('takes a LoRA in GGUF for an adapter', async () => {
    const { probe } = temporaryStore();
    expect(await probe.probe(join(DEMO, 'demo-adapter/v1/ilab-demo-lora-f32.gguf'), {})).toMatchObject({ kind: 'model', format: 'adapter' });
  });

  it.each(['adapter_model.safetensors', 'model.safetensors'])('does not wait for a pipe called %s', async (name) => {
    const { probe, root } = temporaryStore();
    writeTree(join(root, 'm'), { 'config.json': '{}', ...(name.startsWith('adapter') && { 'adapter_config.json': '{}' }) });
    execFileSync('mkfifo', [join(root, 'm', name)]);
    expect(await probe.probe('m', {})).toMatchObject({ kind: 'not-a-model', reason: expect.stringContaining('no regular file') });
  });
});

describe('code', () => {
  it('is told by name, by content and by configuration, however nested', async () => {
    const { reader, root } = temporaryStore();
    writeTree(join(root, 'm'), {
      'pytorch_model.bin': 'x',
      'sub/deeper/optimizer.PT': 'x',
      'weights.dat': Buffer.from([0x80, 0x04, 0x95]),
      'archive.weights': Buffer.from('PK\u0003\u0004xxxxxxxxxxxxxxxxxxxxxxxxxxarchive/data.pkl', 'latin1'),
      'old.keras': 'x',
      'renamed.weights': Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'),
      'modeling_x.py': '',
      'config.json': '{"text_config":{"auto_map":{"AutoModel":"modeling_x.X"}},"a":[{"trust_remote_code":true}]}',
      'tokenizer_config.json': '{"_attn_implementation_internal":"org/kernel"}',
      'generation_config.json': '{"trust_remote_code":false,"auto_map":null}',
      'tokenizer.json': '{"auto_map":1}',
      'model.safetensors': safetensors('a'),
      'model.gguf': GGUF,
      '.git/hook.py': '',
    });
    symlinkSync('.', join(root, 'm/again'));
    const found = await reader.code(join(root, 'm'), {});
    expect(Object.fromEntries(found.map(({ file, why }) => [file, why]))).toEqual({
      'pytorch_model.bin': 'pickle, by its name (.bin)',
      'sub/deeper/optimizer.PT': 'pickle, by its name (.PT)',
      'weights.dat': 'pickle, by its content',
      'archive.weights': 'pickle in a PyTorch archive, by its content',
      'old.keras': 'Keras, whose layers can hold code, by its name (.keras)',
      'renamed.weights': 'HDF5, by its content: Keras layers can hold code',
      'modeling_x.py': 'Python, run with trust_remote_code, by its name (.py)',
      'config.json': 'names code to load (auto_map, trust_remote_code)',
      'tokenizer_config.json': 'names code to load (_attn_implementation_internal)',
    });
  });

  it('is not found in the demo', async () => {
    const { reader } = temporaryStore();
    expect(await reader.code(DEMO, {})).toEqual([]);
  });

  it('is found in a GGUF file that is a pickle', async () => {
    const { reader, root } = temporaryStore();
    writeTree(root, { 'm.gguf': Buffer.from([0x80, 0x02]) });
    expect(await reader.code(join(root, 'm.gguf'), {})).toEqual([{ file: 'm.gguf', why: 'pickle, by its content' }]);
  });
});
