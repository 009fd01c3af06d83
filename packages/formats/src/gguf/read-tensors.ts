import type { ByteReader } from '../byte-reader.ts';
import { shorten } from '../json-cursor.ts';
import { LIMITS } from '../limits.ts';
import { tensorType } from './tensor-types.ts';

/** One tensor of a GGUF. */
export interface GgufTensor {
  readonly name: string;
  /** Fastest first, the other way round than safetensors. */
  readonly dimensions: readonly number[];
  /** Product of the dimensions. */
  readonly elements: number;
  /** `Q8_0`; `type 99` where it is newer than this reader. */
  readonly type: string;
  /** Into the data part, in bytes. */
  readonly offset: number;
  /** Bytes, where the type is known. */
  readonly size?: number;
}

/** Reads the list of tensors; where their data is is checked afterwards, when the place of the data part is known. */
export async function readTensors(
  reader: ByteReader,
  { count, alignment }: { readonly count: number; readonly alignment: number },
): Promise<readonly GgufTensor[]> {
  const names = new Set<string>();
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < count; index++) {
    const at = reader.position;
    const tensor = await readTensor(reader, alignment);
    if (names.has(tensor.name)) throw reader.fail(`the tensor ${shorten(tensor.name)} comes twice`, at);
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(reader: ByteReader, alignment: number): Promise<GgufTensor> {
  const at = reader.position;
  if (!reader.has(8)) await reader.need(8, 'a tensor’s name');
  const length = reader.count('the length of a tensor’s name', LIMITS.tensorName);
  if (!reader.has(length + 4)) await reader.need(length + 4, 'a tensor’s name');
  const name = reader.bytes(length).toString('utf8');
  const rank = reader.u32();
  if (rank > LIMITS.dimensions) throw reader.fail(`${shorten(name)} has ${rank} dimensions`, at);
  if (!reader.has(rank * 8 + 12)) await reader.need(rank * 8 + 12, `the tensor ${shorten(name)}`);
  const dimensions = Array.from({ length: rank }, () => reader.count(`a dimension of ${shorten(name)}`, Number.MAX_SAFE_INTEGER));
  const id = reader.u32();
  const offset = reader.count(`the offset of ${shorten(name)}`, Number.MAX_SAFE_INTEGER);
  if (offset % alignment !== 0) throw reader.fail(`${shorten(name)} starts at ${offset} of the data, which is no multiple of ${alignment}`, at);
  const elements = dimensions.includes(0) ? 0 : dimensions.reduce((all, dimension) => all * dimension, 1);
  if (!Number.isSafeInteger(elements)) throw reader.fail(`${shorten(name)} has more elements than can be: [${dimensions.join(', ')}]`, at);
  const type = tensorType(id);
  if (!type) return { name, dimensions, elements, type: `type ${id}`, offset };
  if ((dimensions[0] ?? 1) % type.block !== 0)
    throw reader.fail(`${shorten(name)} is ${type.name} and has rows of ${dimensions[0]}, no multiple of ${type.block}`, at);
  const size = (elements / type.block) * type.bytes;
  if (!Number.isSafeInteger(size)) throw reader.fail(`${shorten(name)} has more bytes than can be`, at);
  return { name, dimensions, elements, type: type.name, offset, size };
}
