import { expect, it } from 'vitest';
import { formatOf } from './format.ts';

it.each([
  [['config.json', 'model-00001-of-00002.safetensors'], 'safetensors'],
  [['sub/MODEL-Q4_K_M.GGUF', 'README.md'], 'gguf'],
  [['model.gguf', 'model.safetensors'], 'mixed'],
  [['adapter_config.json', 'adapter_model.safetensors'], 'adapter'],
  [['sub/adapter_config.json', 'x.gguf'], 'adapter'],
  [['pytorch_model.bin', 'model.safetensors.index.json', 'gguf'], 'unknown'],
  [[], 'unknown'],
])('%j makes %s', (paths, format) => {
  expect(formatOf(paths)).toBe(format);
});
