import { describe, expect, it } from 'vitest';
import { manifests } from '../../test/manifests.ts';
import { isSelectorShape } from '../reference/grammar.ts';
import { hasQuantisation, isQuantisation, preferredQuantisation, quantisationOf } from './quantisation.ts';

describe('quantisationOf', () => {
  it.each([
    ['granite-7b-lab-Q4_K_M.gguf', 'Q4_K_M'],
    ['granite.q8_0.GGUF', 'Q8_0'],
    ['Q4_K_M.gguf', 'Q4_K_M'],
    ['sub/model-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['model-IQ2_XXS.gguf', 'IQ2_XXS'],
    ['model_BF16.gguf', 'BF16'],
    ['model-MXFP4_MOE.gguf', 'MXFP4_MOE'],
    ['BF16/model-BF16-00001-of-00003.gguf', 'BF16'],
    ['mmproj-F16.gguf', 'F16'],
  ])('of %s is %s', (path, quantisation) => {
    expect(quantisationOf(path)).toBe(quantisation);
  });

  it.each([
    'model-Q4_K_M.safetensors',
    'Q4_K_M',
    'modelQ4_K_M.gguf',
    'model-Q4_K_M-extra.gguf',
    'model-Q9_0.gguf',
    'model-Q4.gguf',
    'model-F17.gguf',
    '.gguf',
    '',
  ])('of %j is none', (path) => {
    expect(quantisationOf(path)).toBeUndefined();
  });
});

describe('isQuantisation', () => {
  it.each(['Q4_K_M', 'q4_k_m', 'UD-IQ1_S', 'F16', 'nvfp4', 'TQ1_0'])('is true of %s', (text) => expect(isQuantisation(text)).toBe(true));
  it.each(['', 'Q4', 'main', 'x-Q4_K_M', 'Q4_K_M ', 'Q4_K_M.gguf', 'refs/Q4_K_M'])('is false of %j', (text) => expect(isQuantisation(text)).toBe(false));

  it('reads what the references’ grammar reads', () => {
    const hf = manifests.find(({ source }) => source === 'hf');
    for (const text of ['Q4_K_M', 'ud-q4_k_xl', 'MXFP4', 'MXFP4_MOE', 'TQ2_0', 'Q4', 'Q9_0', 'F8', 'IQ4_NL', 'Q4_0_4_4', 'Q4_0_4_4_4']) {
      expect([text, isQuantisation(text)]).toEqual([text, isSelectorShape(text, hf)]);
    }
  });
});

describe('hasQuantisation', () => {
  it('takes no account of case', () => {
    expect(hasQuantisation('m-q4_k_m.gguf', 'Q4_k_M')).toBe(true);
  });

  it('knows a quantisation from a longer one', () => {
    expect(hasQuantisation('m-UD-Q4_K_M.gguf', 'Q4_K_M')).toBe(false);
    expect(hasQuantisation('m-Q4_K_M.gguf', 'UD-Q4_K_M')).toBe(false);
  });
});

describe('preferredQuantisation', () => {
  it.each([
    [['a-F16.gguf', 'a-Q8_0.gguf', 'a-Q4_K_M.gguf'], 'Q4_K_M'],
    [['a-F16.gguf', 'a-Q8_0.gguf', 'a-Q2_K.gguf'], 'Q8_0'],
    [['a-Q5_K_S.gguf', 'a-F16.gguf'], 'F16'],
    [['config.json', 'model.gguf'], undefined],
    [[], undefined],
  ])('of %j is %s', (paths, quantisation) => {
    expect(preferredQuantisation(paths)).toBe(quantisation);
    expect(preferredQuantisation(paths.toReversed())).toBe(quantisation);
  });
});
