import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convertModel, createConverter } from '../src/index.ts';
import { DIRECT, MODEL, openScene, readWritten } from './scene.ts';

const TOOLS = fileURLToPath(new URL('../../../.tools', import.meta.url));
const FOLDER = join(TOOLS, 'llama.cpp');
const NO_QUANTISER = existsSync(join(FOLDER, 'build/bin/llama-quantize')) ? undefined : 'llama-quantize not installed: see tools/install-test-tools.sh';
const NO_CONVERTER =
  NO_QUANTISER ??
  (process.env['ILAB_TEST_FULL'] !== '1'
    ? 'in the full run'
    : existsSync(join(FOLDER, '.venv'))
      ? undefined
      : 'a Python with PyTorch not installed: see tools/install-test-tools.sh --full');

const env = { PATH: process.env['PATH'], LLAMA_CPP_DIR: FOLDER };

/** llama.h, `llama_ftype`. */
const Q4_K_M = 15;

describe.skipIf(NO_QUANTISER)(`llama.cpp’s llama-quantize (${NO_QUANTISER ?? 'the real one'})`, () => {
  it('quantises what was converted here, with its progress', async () => {
    await using scene = await openScene();
    const seen: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }): number => seen.push(done / total);
    const request = { directory: MODEL, destination: scene.destination, name: 'ilab/demo' };
    expect(await createConverter({ env }).model({ ...request, type: 'Q4_K_M' }, { onProgress })).toEqual({ by: 'llama.cpp' });
    const { header } = await readWritten(scene.destination);
    expect(header.metadata.get('general.file_type')?.value).toBe(Q4_K_M);
    expect(header.metadata.get('general.name')?.value).toBe('ilab/demo');
    // Rows of 128 are too short for blocks of 256: llama.cpp takes the next larger types for them.
    expect(new Set(header.tensors.map(({ type }) => type))).toEqual(new Set(['F32', 'Q5_0', 'Q8_0']));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect((await stat(scene.destination)).size).toBeLessThan((await stat(DIRECT.model)).size);
  });

  it('says why it does not quantise what is quantised', async () => {
    await using scene = await openScene();
    const again = createConverter({ env }).quantise({ file: DIRECT.model, destination: scene.destination, type: 'Q4_K_M' }, {});
    await expect(again).rejects.toMatchObject({
      code: 'E_ENGINE',
      message: expect.stringMatching(/llama-quantize/),
      details: { log: expect.arrayContaining([expect.stringMatching(/requantizing/)]) },
    });
    expect(existsSync(scene.destination)).toBe(false);
  });
});

describe.skipIf(NO_CONVERTER)(`llama.cpp’s converters (${NO_CONVERTER ?? 'the real ones'})`, { timeout: 120_000 }, () => {
  it('convert what is refused here, and write the weights that ours does', async () => {
    await using scene = await openScene();
    await convertModel({ directory: MODEL, destination: scene.destination, type: 'f32', name: 'ilab/demo' });
    const ours = await readWritten(scene.destination);
    await writeFile(join(scene.model, 'tokenizer.json'), JSON.stringify(sentencePiece(512)));
    await writeFile(
      join(scene.model, 'tokenizer_config.json'),
      JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }),
    );
    const done = await createConverter({ env }).model({ directory: scene.model, destination: scene.destination, type: 'f32', name: 'ilab/demo' }, {});
    expect(done).toEqual({ by: 'llama.cpp', refused: expect.stringContaining('byte-level BPE') });
    const theirs = await readWritten(scene.destination);
    expect(theirs.header.metadata.get('tokenizer.ggml.model')?.value).toBe('llama');
    expect([...theirs.tensors.keys()].sort()).toEqual([...ours.tensors.keys()].sort());
    for (const [name, bytes] of ours.tensors) expect(bytes.equals(theirs.tensors.get(name) ?? Buffer.alloc(0)), name).toBe(true);
  });

  it('convert an adapter that is refused here', async () => {
    await using scene = await openScene();
    await scene.change('adapter_config.json', (json) => Object.assign(json, { rank_pattern: { q_proj: 8 } }));
    const done = await createConverter({ env }).adapter({ directory: scene.adapter, base: scene.model, destination: scene.destination }, {});
    expect(done).toEqual({ by: 'llama.cpp', refused: expect.stringContaining('rank_pattern') });
    const [theirs, ours] = [await readWritten(scene.destination), await readWritten(DIRECT.adapter)];
    expect([...theirs.tensors.keys()].sort()).toEqual([...ours.tensors.keys()].sort());
    for (const [name, bytes] of ours.tensors) expect(bytes.equals(theirs.tensors.get(name) ?? Buffer.alloc(0)), name).toBe(true);
  });
});

/** A tokenizer with bytes for what it has no token of: one that ours does not know. */
function sentencePiece(size: number): object {
  const special = ['<unk>', '<s>', '</s>'];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const rest = Array.from({ length: size - special.length - bytes.length }, (_, at) => `▁w${at}`);
  const added = special.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }));
  const vocab = Object.fromEntries([...special, ...bytes, ...rest].map((token, id) => [token, id]));
  return {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: added, pre_tokenizer: null, post_processor: null },
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }] },
    model: { type: 'BPE', dropout: null, unk_token: '<unk>', fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab, merges: [] },
  };
}
