/** Numbers of a GGUF header that say what kind a value is. */
const KINDS = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, list: 9 } as const;
const [WIDTH, INNER, LAYERS, LONGEST] = [64, 128, 2, 512];

type Value =
  | readonly ['u32' | 'i32' | 'f32', number]
  | readonly ['bool', boolean]
  | readonly ['text', string]
  | readonly ['list', 'i32' | 'text', readonly (number | string)[]];

/** An encoder of two layers with weights by chance, as models that embed are; it tells texts apart, and knows nothing. */
export function tinyEncoder(): Buffer {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  // Words begin with a mark, and their other pieces have none.
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters.map((letter) => `\u2581${letter}`), ...letters, '\u2581bees', '\u2581honey'];
  const metadata: Readonly<Record<string, Value>> = {
    'general.architecture': ['text', 'bert'],
    'bert.context_length': ['u32', LONGEST],
    'bert.embedding_length': ['u32', WIDTH],
    'bert.feed_forward_length': ['u32', INNER],
    'bert.block_count': ['u32', LAYERS],
    'bert.attention.head_count': ['u32', 4],
    'bert.attention.layer_norm_epsilon': ['f32', 1e-12],
    'bert.attention.causal': ['bool', false],
    'bert.pooling_type': ['u32', 1],
    'tokenizer.ggml.model': ['text', 'bert'],
    'tokenizer.ggml.tokens': ['list', 'text', tokens],
    'tokenizer.ggml.token_type': ['list', 'i32', tokens.map((token) => (token.startsWith('[') ? 3 : 1))],
    'tokenizer.ggml.token_type_count': ['u32', 2],
    'tokenizer.ggml.bos_token_id': ['u32', 2],
    'tokenizer.ggml.seperator_token_id': ['u32', 3],
    'tokenizer.ggml.unknown_token_id': ['u32', 1],
    'tokenizer.ggml.padding_token_id': ['u32', 0],
    'tokenizer.ggml.mask_token_id': ['u32', 4],
  };
  return encode(metadata, { 'token_embd.weight': [WIDTH, tokens.length], ...shapes() });
}

/** Dimensions of every other tensor, the fastest first. */
function shapes(): Readonly<Record<string, readonly number[]>> {
  const layer = (index: number): readonly (readonly [string, readonly number[]])[] => {
    const square = ['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => [`${name}.weight`, [WIDTH, WIDTH]] as const);
    const vectors = ['attn_q.bias', 'attn_k.bias', 'attn_v.bias', 'attn_output.bias', 'ffn_down.bias'].map((name) => [name, [WIDTH]] as const);
    const norms = ['attn_output_norm', 'layer_output_norm'].flatMap((name) => [[`${name}.weight`, [WIDTH]] as const, [`${name}.bias`, [WIDTH]] as const]);
    const inner = [['ffn_up.weight', [WIDTH, INNER]] as const, ['ffn_up.bias', [INNER]] as const, ['ffn_down.weight', [INNER, WIDTH]] as const];
    return [...square, ...vectors, ...norms, ...inner].map(([name, shape]) => [`blk.${index}.${name}`, shape]);
  };
  return {
    'token_types.weight': [WIDTH, 2],
    'position_embd.weight': [WIDTH, LONGEST],
    'token_embd_norm.weight': [WIDTH],
    'token_embd_norm.bias': [WIDTH],
    ...Object.fromEntries(Array.from({ length: LAYERS }, (_, index) => layer(index)).flat()),
  };
}

function encode(metadata: Readonly<Record<string, Value>>, tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  let offset = 0;
  const infos = Object.entries(tensors).map(([name, shape]) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset += Math.ceil((product(shape) * 4) / 32) * 32;
    return info;
  });
  const pairs = Object.entries(metadata).map(([key, value]) => Buffer.concat([text(key), kindAndValue(value)]));
  const header = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(infos.length), u64(pairs.length), ...pairs, ...infos]);
  const data = Object.entries(tensors).map(([name, shape]) => padded(weights(name, product(shape))));
  return Buffer.concat([padded(header), ...data]);
}

let state = 12_345;
/** Norms leave things as they are, and all else is chance that is always the same. */
function weights(name: string, count: number): Buffer {
  const bytes = Buffer.alloc(count * 4);
  for (let index = 0; index < count; index++) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    bytes.writeFloatLE(name.endsWith('norm.weight') ? 1 : name.endsWith('.bias') ? 0 : (state / 2 ** 32 - 0.5) * 0.7, index * 4);
  }
  return bytes;
}

function kindAndValue([kind, ...rest]: Value): Buffer {
  if (kind !== 'list') return Buffer.concat([u32(KINDS[kind]), scalar(kind, rest[0] as number | string | boolean)]);
  const [of, items] = rest as unknown as [of: 'i32' | 'text', items: readonly (number | string)[]];
  return Buffer.concat([u32(KINDS.list), u32(KINDS[of]), u64(items.length), ...items.map((item) => scalar(of, item))]);
}

function scalar(kind: 'u32' | 'i32' | 'f32' | 'bool' | 'text', value: number | string | boolean): Buffer {
  if (kind === 'text') return text(String(value));
  if (kind === 'bool') return Buffer.from([Number(value)]);
  const bytes = u32(0);
  if (kind === 'f32') bytes.writeFloatLE(Number(value));
  else bytes.writeUInt32LE(Number(value));
  return bytes;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, one) => all * one, 1);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
