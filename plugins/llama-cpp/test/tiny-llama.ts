import { ggufFile, ggufHeader, type Metadata, type Shapes } from './gguf-writer.ts';

/** What a model of the Llama family is made of. */
interface Shape {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
}

/** All that bytes can be, as byte-level vocabularies write them: what can't be seen stands as letters from 256 on. */
const BYTES: readonly string[] = (() => {
  let unseen = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isSeen = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(isSeen ? byte : unseen++);
  });
})();
const END = '<|im_end|>';

/**
 * A model of the Llama family that looks at nothing but the last token: its layers add nothing, and its head says what comes after each.
 * So what it does is known beforehand, and the engine that runs it is real.
 * @param next what is said after a text of one byte, or after one of these texts; after all else it ends
 * @param template how it has conversations, in Jinja
 */
export function tinyLlama(next: Readonly<Record<string, string>>, template?: string): Buffer {
  const texts = [...new Set(Object.entries(next).flat())].filter((one) => one !== END && !(one.length === 1 && one.charCodeAt(0) < 127));
  const tokens = [END, ...BYTES, ...texts];
  const width = Math.ceil(tokens.length / 64) * 64;
  const place = (text: string): number => tokens.indexOf(text.length === 1 ? (BYTES[text.charCodeAt(0)] ?? text) : text);
  const after = new Map(Object.entries(next).map(([from, to]) => [place(from), place(to)]));
  const weights = (name: string, count: number): Float32Array => {
    const values = new Float32Array(count);
    if (name.endsWith('norm.weight')) values.fill(1);
    if (name === 'token_embd.weight') for (let token = 0; token < tokens.length; token++) values[token * width + token] = 1;
    if (name === 'output.weight') for (let token = 0; token < tokens.length; token++) values[(after.get(token) ?? 0) * width + token] = 1;
    return values;
  };
  const shape = { width, inner: 64, layers: 1 };
  const talk: Metadata = template === undefined ? {} : { 'tokenizer.chat_template': ['text', template] };
  return ggufFile({ ...metadata(tokens, shape), ...talk }, shapes(tokens, shape), weights);
}

/** The beginning of a model whose weights are tens of gigabytes, and how large the whole file would be. */
export function largeLlama(): { readonly header: Buffer; readonly size: number } {
  const tokens = [END, ...BYTES];
  const shape = { width: 8192, inner: 28_672, layers: 16 };
  return ggufHeader(metadata(tokens, shape), shapes(tokens, shape));
}

function metadata(tokens: readonly string[], { width, inner, layers }: Shape): Metadata {
  return {
    'general.architecture': ['text', 'llama'],
    'llama.vocab_size': ['u32', tokens.length],
    'llama.context_length': ['u32', 4096],
    'llama.embedding_length': ['u32', width],
    'llama.feed_forward_length': ['u32', inner],
    'llama.block_count': ['u32', layers],
    'llama.attention.head_count': ['u32', 4],
    'llama.attention.head_count_kv': ['u32', 4],
    'llama.attention.layer_norm_rms_epsilon': ['f32', 1e-5],
    'llama.rope.dimension_count': ['u32', width / 4],
    'llama.rope.freq_base': ['f32', 10_000],
    'tokenizer.ggml.model': ['text', 'gpt2'],
    'tokenizer.ggml.pre': ['text', 'gpt-2'],
    'tokenizer.ggml.tokens': ['list', 'text', tokens],
    // The end is control, bytes are normal, and texts are found as they stand.
    'tokenizer.ggml.token_type': ['list', 'i32', tokens.map((_, index) => (index === 0 ? 3 : index <= 256 ? 1 : 4))],
    'tokenizer.ggml.merges': ['list', 'text', ['a b']],
    'tokenizer.ggml.bos_token_id': ['u32', 0],
    'tokenizer.ggml.eos_token_id': ['u32', 0],
    'tokenizer.ggml.add_bos_token': ['bool', false],
  };
}

function shapes(tokens: readonly string[], { width, inner, layers }: Shape): Shapes {
  const layer = (index: number): readonly (readonly [string, readonly number[]])[] => {
    const square = ['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => [name, [width, width]] as const);
    const norms = ['attn_norm', 'ffn_norm'].map((name) => [name, [width]] as const);
    const forward = [['ffn_gate', [width, inner]] as const, ['ffn_up', [width, inner]] as const, ['ffn_down', [inner, width]] as const];
    return [...norms, ...square, ...forward].map(([name, shape]) => [`blk.${index}.${name}.weight`, shape]);
  };
  return {
    'token_embd.weight': [width, tokens.length],
    ...Object.fromEntries(Array.from({ length: layers }, (_, index) => layer(index)).flat()),
    'output_norm.weight': [width],
    'output.weight': [width, tokens.length],
  };
}
