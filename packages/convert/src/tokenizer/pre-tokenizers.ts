import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../source/read-json.ts';

/** How text is cut before it is merged, as llama.cpp calls it: `tokenizer.ggml.pre`. A wrong name is silently worse. */
interface KnownPreTokenizer {
  readonly name: string;
  /** As `tokenizer.json` has it, without what says nothing. */
  readonly definition: unknown;
  /** Whether whole words of the vocabulary are taken unmerged; llama.cpp does it by the name. */
  readonly ignoreMerges: boolean;
}

const LLAMA_3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const byteLevel = (use_regex: boolean): object => ({ type: 'ByteLevel', add_prefix_space: false, use_regex });

const KNOWN: readonly KnownPreTokenizer[] = [
  { name: 'gpt-2', definition: byteLevel(true), ignoreMerges: false },
  {
    name: 'llama-bpe',
    definition: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: LLAMA_3 }, behavior: 'Isolated', invert: false }, byteLevel(false)] },
    ignoreMerges: true,
  },
];

/** @returns undefined for one that is not known to the letter */
export function preTokenizerName(definition: unknown, model: JsonObject): string | undefined {
  const ignoreMerges = model['ignore_merges'] === true;
  return KNOWN.find((known) => known.ignoreMerges === ignoreMerges && isDeepStrictEqual(plain(definition), known.definition))?.name;
}

/** Without `trim_offsets`, which moves offsets and no tokens. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'trim_offsets')
      .map(([key, inner]) => [key, plain(inner)]),
  );
}
