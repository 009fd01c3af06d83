import { ByteReader } from '../byte-reader.ts';
import type { ByteSource } from '../byte-source.ts';
import { shorten } from '../json-cursor.ts';
import { LIMITS } from '../limits.ts';
import { malformed, type Malformed } from '../malformed.ts';
import { type Budget, type GgufValue, type GgufValueType, readValue, readValueType } from './read-value.ts';
import { type GgufTensor, readTensors } from './read-tensors.ts';

/** What stands before the data of a GGUF file. */
export interface GgufHeader {
  readonly version: 2 | 3;
  readonly byteOrder: 'little' | 'big';
  readonly metadata: ReadonlyMap<string, { readonly type: GgufValueType; readonly value: GgufValue }>;
  /** In the file’s order. */
  readonly tensors: readonly GgufTensor[];
  /** In bytes, a power of two. */
  readonly alignment: number;
  /** The file’s byte at which tensor data starts. */
  readonly dataStart: number;
}

const fail = malformed('GGUF');
const DEFAULT_ALIGNMENT = 32;
/** Key with no text, type, and one byte; name with no text, no dimension, type and offset. */
const SMALLEST_PAIR = 13;
const SMALLEST_TENSOR = 24;

/**
 * Reads the header of a GGUF file of version 2 or 3, of either byte order, and nothing after it. Tensor data lies inside the file,
 * without overlap.
 * @param options.arrays keys of arrays whose elements are wanted; of all others only type and length are kept
 * @throws IlabError E_NOT_A_MODEL, with what is wrong and at which byte
 */
export async function readGguf(source: ByteSource, { arrays = [] }: { readonly arrays?: readonly string[] } = {}): Promise<GgufHeader> {
  const reader = new ByteReader(source, fail);
  await reader.need(4, 'the magic');
  if (reader.bytes(4).toString('latin1') !== 'GGUF') throw fail('it lacks the GGUF magic', 0);
  await reader.need(20, 'the counts');
  const version = readVersion(reader);
  const tensorCount = reader.count('the number of tensors', Math.min(LIMITS.tensors, Math.floor(reader.remaining / SMALLEST_TENSOR)));
  const pairCount = reader.count('the number of key-value pairs', Math.min(LIMITS.pairs, Math.floor(reader.remaining / SMALLEST_PAIR)));
  const metadata = await readMetadata(reader, { count: pairCount, arrays: new Set(arrays) });
  const alignment = alignmentOf(metadata);
  const tensors = await readTensors(reader, { count: tensorCount, alignment });
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  checkPlaces(tensors, { dataStart, size: source.size, fail });
  return { version, byteOrder: reader.littleEndian ? 'little' : 'big', metadata, tensors, alignment, dataStart };
}

/** A file of the other byte order has its version in the upper half. */
function readVersion(reader: ByteReader): 2 | 3 {
  const version = reader.u32();
  const swapped = ((version & 0xff) * 2 ** 24 + (version & 0xff00) * 2 ** 8 + ((version >>> 8) & 0xff00) + (version >>> 24)) >>> 0;
  reader.littleEndian = version < swapped;
  const real = Math.min(version, swapped);
  if (real === 2 || real === 3) return real;
  throw reader.fail(`version ${real} is not read here, only 2 and 3`, 4);
}

type Metadata = GgufHeader['metadata'];

async function readMetadata(reader: ByteReader, { count, arrays }: { readonly count: number; readonly arrays: ReadonlySet<string> }): Promise<Metadata> {
  const metadata = new Map<string, { type: GgufValueType; value: GgufValue }>();
  const budget: Budget = { strings: 0, walked: 0, elements: 0, nested: 0 };
  for (let index = 0; index < count; index++) {
    const at = reader.position;
    if (at > LIMITS.metadata) throw reader.fail(`its metadata has more than ${LIMITS.metadata} bytes`, at);
    await reader.need(8, 'a key');
    const length = reader.count('the length of a key', LIMITS.key);
    await reader.need(length, 'a key');
    const key = reader.bytes(length).toString('utf8');
    if (metadata.has(key)) throw reader.fail(`the key “${shorten(key)}” comes twice`, at);
    const type = await readValueType(reader);
    metadata.set(key, { type, value: await readValue(reader, type, { keep: arrays.has(key), budget }) });
  }
  return metadata;
}

function alignmentOf(metadata: Metadata): number {
  const entry = metadata.get('general.alignment');
  if (!entry) return DEFAULT_ALIGNMENT;
  const { type, value } = entry;
  if (type === 'uint32' && typeof value === 'number' && value > 0 && value <= LIMITS.alignment && Number.isInteger(Math.log2(value))) return value;
  throw fail(`general.alignment is ${typeof value === 'object' ? 'an array' : value}, not a power of two up to ${LIMITS.alignment}`);
}

function checkPlaces(
  tensors: readonly GgufTensor[],
  { dataStart, size, fail }: { readonly dataStart: number; readonly size: number; readonly fail: Malformed },
): void {
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (tensor.offset < end) throw fail(`${shorten(tensor.name)} starts at ${tensor.offset} of the data, inside another tensor`, dataStart + tensor.offset);
    end = tensor.offset + (tensor.size ?? 0);
    if (dataStart + end > size) throw fail(`${shorten(tensor.name)} ends at byte ${dataStart + end}, and the file has ${size}`, size);
  }
}
