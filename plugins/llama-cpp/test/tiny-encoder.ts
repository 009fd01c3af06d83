import { ggufFile, type Metadata, type Shapes } from './gguf-writer.ts';

const [WIDTH, INNER, LAYERS, LONGEST] = [64, 128, 2, 512];

/** An encoder of two layers with weights by chance, as models that embed are; it tells texts apart, and knows nothing. */
export function tinyEncoder(): Buffer {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  // Words begin with a mark, and their other pieces have none.
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters.map((letter) => `\u2581${letter}`), ...letters, '\u2581bees', '\u2581honey'];
  const metadata: Metadata = {
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
  return ggufFile(metadata, { 'token_embd.weight': [WIDTH, tokens.length], ...shapes() }, weights);
}

/** Dimensions of every other tensor, the fastest first. */
function shapes(): Shapes {
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

let state = 12_345;
/** Norms leave things as they are, and all else is chance that is always the same. */
function weights(name: string, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return name.endsWith('norm.weight') ? 1 : name.endsWith('.bias') ? 0 : (state / 2 ** 32 - 0.5) * 0.7;
  });
}
