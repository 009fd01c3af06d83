import { describe, expect, it } from 'vitest';
import { inOneSet, splitSetOf } from './split-set.ts';

describe('splitSetOf', () => {
  it('tells a shard’s place in its set', () => {
    expect(splitSetOf('sub/m-Q8_0-00002-of-00010.gguf')).toMatchObject({ stem: 'sub/m-Q8_0', index: 2, count: 10 });
    expect(splitSetOf('model-00001-of-00003.safetensors')).toMatchObject({ stem: 'model', index: 1, count: 3 });
  });

  it.each(['model.gguf', 'model-1-of-3.gguf', 'model-00001-of-00003.bin', 'model-00001-of-00003.gguf.part', '00001-of-00003.gguf', ''])(
    'is none for %j',
    (path) => {
      expect(splitSetOf(path)).toBeUndefined();
    },
  );
});

describe('inOneSet', () => {
  const first = 'sub/m-00001-of-00003.gguf';

  it('joins the shards of a set', () => {
    expect(inOneSet(first, 'sub/m-00003-of-00003.gguf')).toBe(true);
  });

  it.each(['m-00002-of-00003.gguf', 'sub/n-00002-of-00003.gguf', 'sub/m-00002-of-00004.gguf', 'sub/m-00002-of-00003.safetensors', 'sub/m.gguf'])(
    'keeps %s out of another',
    (other) => {
      expect(inOneSet(first, other)).toBe(false);
      expect(inOneSet(other, first)).toBe(false);
    },
  );

  it('does not make a set of files that are no shards', () => {
    expect(inOneSet('config.json', 'config.json')).toBe(false);
  });
});
