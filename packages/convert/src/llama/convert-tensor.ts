import type { GgufType } from '@ilab/core';
import type { TensorToWrite } from '../gguf/write-gguf.ts';
import type { SourceTensor } from '../source/open-tensors.ts';
import { decode } from '../values/decode.ts';
import { encode } from '../values/encode.ts';
import { sizeOf, TYPE_FACTS } from '../values/target-types.ts';
import { inHeadOrder } from './head-order.ts';

/** Elements that are in memory at once, about. */
const PIECE = 4 * 1024 * 1024;

/** A tensor as it is written: decoded, put in order and encoded, a piece of whole rows, or heads, after another. */
export function convertTensor(
  source: SourceTensor,
  { name, type, headRows }: { readonly name: string; readonly type: GgufType; readonly headRows?: number | undefined },
): TensorToWrite {
  const { shape, elements, dtype } = source;
  const columns = shape.length > 1 ? (shape.at(-1) ?? 1) : elements;
  const unit = columns * (headRows ?? 1);
  const piece = Math.max(1, Math.floor(PIECE / unit)) * unit;
  return {
    ...{ name, shape },
    type: TYPE_FACTS[type].ggml,
    size: sizeOf(elements, type),
    async *data() {
      for (let from = 0; from < elements; from += piece) {
        const values = decode(await source.read(from, Math.min(piece, elements - from)), dtype);
        yield encode(headRows === undefined ? values : inHeadOrder(values, { headRows, columns }), type);
      }
    },
  };
}
