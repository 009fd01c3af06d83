import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildGguf, strings, text, uint32, type Written } from './build-gguf.ts';
import { buildSafetensors, float32 } from './build-safetensors.ts';

export type Format = 'gguf' | 'safetensors' | 'index';

/** A file to read and to mutate; `header` bytes of it are what a reader looks at. */
export interface Sample {
  readonly name: string;
  readonly format: Format;
  readonly bytes: Buffer;
  readonly header: number;
}

const DEMO = fileURLToPath(new URL('../../../tools/demo/models/ilab/', import.meta.url));

/** Real models, small ones with everything in them, and headers as large as the largest that are published. */
export function corpus(): readonly Sample[] {
  return [
    demo('demo/v1/ilab-demo-q8_0.gguf', 'gguf', 20_000),
    demo('demo-adapter/v1/ilab-demo-lora-f32.gguf', 'gguf', 4000),
    demo('demo/v1/safetensors/model.safetensors', 'safetensors', 5000),
    demo('demo-adapter/v1/adapter_model.safetensors', 'safetensors', 7000),
    sample('every type', 'gguf', everyType(false)),
    sample('every type, big-endian', 'gguf', everyType(true)),
    sample('an index', 'index', Buffer.from('{"metadata":{"total_size":12},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}')),
    sample(
      'escapes and numbers',
      'safetensors',
      buildSafetensors(`{"__metadata__":{"\\u0061":"\\n"},"b":{"dtype":"F4","shape":[2,1],"data_offsets":[0,1]}}  `, { data: 1 }),
    ),
  ];
}

/** A vocabulary of a million tokens, four times the largest known. */
export function largeVocabulary(): Sample {
  const count = 1_000_000;
  const before = buildGguf({ pairCount: 2, metadata: [['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: [], length: count }]] });
  const after = buildGguf({ metadata: [['general.architecture', text('llama')]] }).subarray(24);
  const tokens = Buffer.alloc(count * 16);
  for (let index = 0; index < count; index++) {
    tokens.writeUInt32LE(8, index * 16);
    tokens.write(`t${String(index).padStart(7, '0')}`, index * 16 + 8, 'latin1');
  }
  return sample('a vocabulary of 1,000,000', 'gguf', Buffer.concat([before, tokens, after]));
}

/** 5,000 tensors, as in mixtures of experts before their experts are merged. */
export function manyTensors(): readonly Sample[] {
  const names = Array.from({ length: 5000 }, (_, index) => `model.layers.${index >> 6}.block_sparse_moe.experts.${index & 63}.w1.weight`);
  const tensors = names.map((name, index) => ({ name, dimensions: [8], offset: index * 32 }));
  const entries = Object.fromEntries(names.map((name, index) => [name, float32([8], index * 32)]));
  const shards = Object.fromEntries(names.map((name, index) => [name, `model-0000${index % 8}-of-00008.safetensors`]));
  return [
    sample('5,000 tensors', 'gguf', buildGguf({ tensors, data: 160_000 })),
    sample('5,000 tensors', 'safetensors', buildSafetensors(entries, { data: 160_000 })),
    sample('5,000 tensors', 'index', Buffer.from(JSON.stringify({ weight_map: shards }))),
  ];
}

function sample(name: string, format: Format, bytes: Buffer): Sample {
  return { name, format, bytes, header: bytes.length };
}

function demo(path: string, format: Format, header: number): Sample {
  return { name: path, format, bytes: readFileSync(DEMO + path), header };
}

function everyType(big: boolean): Buffer {
  const scalar = (['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'bool', 'uint64', 'int64', 'float64'] as const).map(
    (type): readonly [string, Written] => [type, { type, value: 1 }],
  );
  const nested: Written = { type: 'array', of: 'array', values: [strings(['x', 'y']), { type: 'array', of: 'int8', values: [{ type: 'int8', value: 1 }] }] };
  return buildGguf({
    big,
    metadata: [...scalar, ['general.alignment', uint32(64)], ['general.architecture', text('llama')], ['nested', nested], ['tokens', strings(['a', 'b'])]],
    tensors: [
      { name: 'a', dimensions: [32, 2], type: 8, offset: 0 },
      { name: 'b', dimensions: [256], type: 12, offset: 128 },
      { name: 'c', dimensions: [], type: 99, offset: 320 },
    ],
    alignment: 64,
    data: 384,
  });
}
