import type { GgufType } from '@ilab/core';

export interface TypeFacts {
  /** ggml.h, `ggml_type`. */
  readonly ggml: number;
  /** `general.file_type` (llama.h, `llama_ftype`). */
  readonly file: number;
  /** So many elements make a block of so many bytes. */
  readonly block: number;
  readonly bytes: number;
}

export const TYPE_FACTS: Readonly<Record<GgufType, TypeFacts>> = {
  f32: { ggml: 0, file: 0, block: 1, bytes: 4 },
  f16: { ggml: 1, file: 1, block: 1, bytes: 2 },
  bf16: { ggml: 30, file: 32, block: 1, bytes: 2 },
  q8_0: { ggml: 8, file: 7, block: 32, bytes: 34 },
};

/** The type of one tensor: vectors stay exact, and rows that make no whole blocks become 16-bit floats. */
export function typeOf(shape: readonly number[], wanted: GgufType): GgufType {
  if (shape.length < 2) return 'f32';
  const { block } = TYPE_FACTS[wanted];
  return (shape.at(-1) ?? 0) % block === 0 ? wanted : 'f16';
}

/** In bytes. */
export function sizeOf(elements: number, type: GgufType): number {
  const { block, bytes } = TYPE_FACTS[type];
  return (elements / block) * bytes;
}
