import { describe, expect, it } from 'vitest';
import { modelFolder } from '../../src/use-cases/model-folder.ts';

const at = (files: readonly string[], format: 'safetensors' | 'adapter' | 'mixed' = 'safetensors') =>
  modelFolder({ reference: 'org/name', path: '/store/@1', files, format });

describe('the folder of a model', () => {
  it.each<[string, readonly string[], string]>([
    ['its own, whatever is below', ['config.json', 'model.safetensors', 'fp16/config.json', 'fp16/model.safetensors'], '/store/@1'],
    ['the only one with both parts', ['README.md', 'pooling/config.json', 'sub/deep/config.json', 'sub/deep/model.safetensors'], '/store/@1/sub/deep'],
    ['its own where no folder is whole', ['config.json', 'sub/model.safetensors'], '/store/@1'],
    ['its own where nothing is told of it', [], '/store/@1'],
    ['called as on the disk', ['@v1/config.json', '@v1/model.safetensors'], '/store/@1/%40v1'],
  ])('is %s', (_what, files, folder) => {
    expect(at(files)).toBe(folder);
  });

  it('is an adapter’s by the adapter’s configuration', () => {
    const files = ['base/config.json', 'base/model.safetensors', 'lora/adapter_config.json', 'lora/adapter_model.safetensors'];
    expect(at(files, 'adapter')).toBe('/store/@1/lora');
    expect(at(files, 'mixed')).toBe('/store/@1/base');
  });

  it('is named by the user where there are several', () => {
    const files = ['b/config.json', 'b/model.safetensors', 'a/config.json', 'a/model.safetensors'];
    expect(() => at(files)).toThrow(
      expect.objectContaining({ code: 'E_USAGE', message: 'There are several models in org/name: a, b.', hint: expect.stringContaining('/store/@1/a') }),
    );
  });
});
