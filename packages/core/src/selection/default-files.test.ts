import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFiles } from './default-files.ts';

const files = (...paths: readonly string[]) => paths.map((path) => ({ path }));
const taken = (...paths: readonly string[]) => defaultFiles(files(...paths)).files.map(({ path }) => path);

describe('of quantisations', () => {
  it.each([
    ['Q4_K_M', ['README.md', 'm-Q2_K.gguf', 'm-Q4_K_M.gguf', 'm-Q8_0.gguf'], ['README.md', 'm-Q4_K_M.gguf']],
    ['Q8_0 where there is no Q4_K_M', ['m.Q2_K.gguf', 'm.Q8_0.gguf'], ['m.Q8_0.gguf']],
    ['the first where there is neither', ['m-Q6_K.gguf', 'm-Q3_K_S.gguf'], ['m-Q3_K_S.gguf']],
    [
      'whole sets, in folders too',
      ['BF16/m-BF16-00001-of-00002.gguf', 'BF16/m-BF16-00002-of-00002.gguf', 'm-Q2_K.gguf'],
      ['BF16/m-BF16-00001-of-00002.gguf', 'BF16/m-BF16-00002-of-00002.gguf'],
    ],
    ['one of each model', ['large-Q4_K_M.gguf', 'large-Q8_0.gguf', 'small-Q8_0.gguf'], ['large-Q4_K_M.gguf', 'small-Q8_0.gguf']],
    ['the only one, and an adapter', ['demo-q8_0.gguf', 'demo-lora-f32.gguf'], ['demo-q8_0.gguf', 'demo-lora-f32.gguf']],
    ['what has none in its name', ['m.gguf', 'n.gguf'], ['m.gguf', 'n.gguf']],
  ])('takes %s', (_what, all, expected) => {
    expect(taken(...all)).toEqual(expected);
  });

  it('takes one projector, of the nearest number of bits, from the deepest folder in common', () => {
    expect(taken('m-Q4_K_M.gguf', 'm-Q8_0.gguf', 'mmproj-F16.gguf', 'mmproj-F32.gguf')).toEqual(['m-Q4_K_M.gguf', 'mmproj-F16.gguf']);
    expect(taken('a/m-Q4_K_M.gguf', 'a/mmproj-m-F32.gguf', 'b/mmproj-m-Q8_0.gguf', 'mmproj-Q4_K_M.gguf')).toEqual(['a/m-Q4_K_M.gguf', 'a/mmproj-m-F32.gguf']);
  });
});

describe('of formats', () => {
  it.each([
    [
      'safetensors',
      ['config.json', 'model.safetensors', 'pytorch_model.bin', 'tf_model.h5', 'flax_model.msgpack', 'rust_model.ot', '64.tflite'],
      ['config.json', 'model.safetensors'],
    ],
    [
      'safetensors in shards',
      ['model-00001-of-00002.safetensors', 'pytorch_model-00001-of-00002.bin', 'pytorch_model.bin.index.json'],
      ['model-00001-of-00002.safetensors'],
    ],
    ['what transformers reads', ['model.safetensors', 'consolidated.safetensors', 'original/consolidated.00.pth', 'onnx/model.onnx'], ['model.safetensors']],
    ['what there is', ['config.json', 'pytorch_model.bin', 'onnx/model.onnx'], ['config.json', 'pytorch_model.bin', 'onnx/model.onnx']],
    ['what is all there is', ['consolidated.safetensors', 'params.json'], ['consolidated.safetensors', 'params.json']],
    [
      'each folder by itself',
      ['unet/diffusion_pytorch_model.safetensors', 'unet/diffusion_pytorch_model.bin', 'vae/diffusion_pytorch_model.bin'],
      ['unet/diffusion_pytorch_model.safetensors', 'vae/diffusion_pytorch_model.bin'],
    ],
    ['what only looks like weights', ['model.safetensors', 'training_args.bin', 'vocab.bin'], ['model.safetensors', 'training_args.bin', 'vocab.bin']],
    ['two formats that different programs load', ['model.safetensors', 'm-q8_0.gguf'], ['model.safetensors', 'm-q8_0.gguf']],
  ])('takes %s', (_what, all, expected) => {
    expect(taken(...all)).toEqual(expected);
  });
});

it('takes every file or says why not, and leaves no model without its weights', () => {
  const name = fc.constantFrom('m-Q4_K_M', 'm-Q8_0', 'mmproj-F16', 'model', 'pytorch_model', 'consolidated', 'original/x', 'a/m-Q2_K');
  const path = fc.tuple(name, fc.constantFrom('.gguf', '.safetensors', '.bin', '.json', '.pth')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(path), (paths) => {
      const all = files(...paths);
      const { files: kept, leftOut } = defaultFiles(all);
      expect([...kept, ...leftOut.flatMap((group) => group.files)].map((file) => file.path).sort()).toEqual([...paths].sort());
      expect(kept).toEqual(all.filter((file) => kept.includes(file)));
      for (const extension of ['.gguf', '.safetensors']) {
        expect(kept.some((file) => file.path.endsWith(extension))).toBe(paths.some((one) => one.endsWith(extension)));
      }
    }),
  );
});
