import { describe, expect, it } from 'vitest';
import { isOllamaType, layerNames, ollamaFileName } from './layer-names.ts';

const layer = (kind: string, digest: string) => ({ mediaType: `application/vnd.ollama.image.${kind}`, digest });
const named = (layers: readonly ReturnType<typeof layer>[], taken: readonly string[] = []) => [
  ...layerNames(layers, { nameOf: ollamaFileName, taken: new Set(taken) }).values(),
];

describe('layerNames', () => {
  it('numbers weights as their loaders expect it, and anything else at its end', () => {
    expect(named([layer('model', 'a'), layer('license', 'b'), layer('model', 'c'), layer('license', 'd')])).toEqual([
      'model-00001-of-00002.gguf',
      'model-00002-of-00002.gguf',
      'LICENSE',
      'LICENSE.2',
    ]);
  });

  it('takes the same bytes twice for one file, and no name that is taken', () => {
    expect(named([layer('model', 'a'), layer('model', 'a')])).toEqual(['model.gguf']);
    expect(named([layer('license', 'a')], ['LICENSE', 'LICENSE.2'])).toEqual(['LICENSE.3']);
  });

  it('names nothing that is not known', () => {
    expect(named([layer('toString', 'a'), layer('future', 'b'), { mediaType: 'text/plain', digest: 'c' }])).toEqual([]);
  });
});

it('knows Ollama’s types from others', () => {
  expect(isOllamaType('application/vnd.ollama.image.tensor')).toBe(true);
  for (const other of ['application/vnd.ollama.image.', 'application/vnd.ollama.image.a.b', 'x application/vnd.ollama.image.model', 'text/plain'])
    expect(isOllamaType(other)).toBe(false);
});
