import { execFileSync } from 'node:child_process';
import { codeByName } from '@ilab/core/adapter';
import { describe, expect, it } from 'vitest';
import { codeByContent, codeInConfig, isConfig } from '../src/index.ts';

describe('code by name', () => {
  it.each([
    ...['pytorch_model.bin', 'training_args.bin', 'a.pt', 'a.pth', 'a.ckpt', 'a.pkl', 'a.pickle', 'a.joblib', 'a.dill', 'a.nemo', 'A.BIN', 'x/y/a.Pt'],
    ...['model.keras', 'model.h5', 'model.hdf5', 'saved_model.pb', 'tf/saved_model.pb', 'modeling_x.py', 'x/__init__.py'],
  ])('%s', (path) => {
    expect(codeByName(path)).toMatch(/by its name \(\./);
  });

  it.each(['model.safetensors', 'a.gguf', 'config.json', 'README.md', 'bin', 'a.binary', 'pt', 'tokenizer.model', 'a.pyc.txt', 'other.pb'])(
    'tells nothing of %s',
    (path) => {
      expect(codeByName(path)).toBeUndefined();
    },
  );
});

const python = hasPython();
describe('code by content', () => {
  it.each([2, 3, 4, 5])('a pickle of protocol %d', (protocol) => {
    expect(codeByContent(Uint8Array.of(0x80, protocol, 0x95))).toBe('pickle, by its content');
  });

  it.runIf(python)(`pickles as Python writes them${python ? '' : ' (Python not installed)'}`, () => {
    for (const protocol of [2, 3, 4, 5]) {
      const bytes = execFileSync('python3', ['-c', `import pickle, sys; sys.stdout.buffer.write(pickle.dumps({"a": [1, 2]}, ${protocol}))`]);
      expect(codeByContent(bytes.subarray(0, 64))).toBe('pickle, by its content');
    }
  });

  it('a PyTorch archive, and Keras’ HDF5, under any name', () => {
    expect(codeByContent(Buffer.from(`PK\u0003\u0004${'.'.repeat(26)}model/data.pkl`, 'latin1'))).toContain('PyTorch archive');
    expect(codeByContent(Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'))).toContain('HDF5');
  });

  it.each(['GGUF\u0003', '{"a":1}', '', '\u0080', '\u0080\u0009', 'PK\u0003\u0004 a.txt'])('is not seen in %j, which clears nothing', (head) => {
    expect(codeByContent(Buffer.from(head, 'latin1'))).toBeUndefined();
  });
});

describe('code in a configuration', () => {
  it.each([
    [{ auto_map: { AutoConfig: 'x.Y' } }, 'auto_map'],
    [{ auto_map: 'org/repo--x.Y' }, 'auto_map'],
    [{ a: [{ b: { auto_map: {} } }] }, 'auto_map'],
    [{ _attn_implementation_internal: 'org/kernel' }, '_attn_implementation_internal'],
    [{ text_config: { _attn_implementation_internal: 'x' } }, '_attn_implementation_internal'],
    [{ vision_config: { trust_remote_code: true } }, 'trust_remote_code'],
    [{ trust_remote_code: 'yes' }, 'trust_remote_code'],
    [{ custom_pipelines: { x: { impl: 'x.Y' } } }, 'custom_pipelines'],
    [[{ auto_map: 1 }], 'auto_map'],
  ])('%j', (config, key) => {
    expect(codeInConfig(config)).toBe(`names code to load (${key})`);
  });

  it.each([[{}], [{ trust_remote_code: false }], [{ auto_map: null }], [{ a: 'auto_map' }], [null], [undefined], [7], [['auto_map']]])(
    'is not in %j',
    (config) => {
      expect(codeInConfig(config)).toBeUndefined();
    },
  );

  it('is looked for however deep, without running out of stack', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}{"auto_map":1}${'}'.repeat(100_000)}`);
    expect(codeInConfig(deep)).toContain('auto_map');
  });

  it.each(['config.json', 'tokenizer_config.json', 'x/preprocessor_config.json', 'model_index.json', 'Config.JSON'])('is looked for in %s', (path) => {
    expect(isConfig(path)).toBe(true);
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', ''], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
