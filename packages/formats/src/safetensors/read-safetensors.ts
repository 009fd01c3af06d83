import { ByteReader } from '../byte-reader.ts';
import type { ByteSource } from '../byte-source.ts';
import { JsonCursor } from '../json-cursor.ts';
import { LIMITS } from '../limits.ts';
import { malformed } from '../malformed.ts';
import { readTensor, type SafetensorsTensor } from './read-tensor.ts';
import { checkTiling } from './tiling.ts';

/** What stands before the data of a safetensors file. */
export interface SafetensorsHeader {
  /** In the header’s order. */
  readonly tensors: readonly SafetensorsTensor[];
  /** `__metadata__`; values longer than 64 KiB are left out. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The file’s byte at which tensor data starts. */
  readonly dataStart: number;
}

const fail = malformed('safetensors');

/**
 * Reads the header of a safetensors file, and nothing after it: at most 100 MB. Every tensor’s bytes agree with its dtype and shape,
 * and all together they cover the rest of the file exactly, as the format demands.
 * @throws IlabError E_NOT_A_MODEL, with what is wrong and at which byte
 */
export async function readSafetensors(source: ByteSource): Promise<SafetensorsHeader> {
  const reader = new ByteReader(source, fail);
  await reader.need(8, 'the header’s length');
  const length = reader.count('the header’s length', LIMITS.safetensorsHeader);
  if (length > reader.remaining) throw fail(`the header’s length is ${length}, and the file has ${reader.remaining} bytes after it`, 0);
  await reader.need(length, 'the header');
  const text = reader.bytes(length);
  if (text[0] !== 0x7b) throw fail('the header is no JSON object', 8);
  const { tensors, metadata } = readHeader(new JsonCursor(text, { start: 8, fail }));
  const dataStart = 8 + length;
  checkTiling(tensors, { length: source.size - dataStart, dataStart, fail });
  return { tensors, metadata, dataStart };
}

function readHeader(json: JsonCursor): { tensors: readonly SafetensorsTensor[]; metadata: ReadonlyMap<string, string> } {
  const tensors: SafetensorsTensor[] = [];
  const metadata = new Map<string, string>();
  json.object(
    (name) => {
      if (name === '__metadata__') readMetadata(json, metadata);
      else tensors.push(readTensor(json, name));
    },
    { maxKey: LIMITS.tensorName, maxMembers: LIMITS.tensors },
  );
  json.end();
  return { tensors, metadata };
}

function readMetadata(json: JsonCursor, metadata: Map<string, string>): void {
  json.object((key) => {
    const value = json.text(LIMITS.keptText);
    if (value !== undefined) metadata.set(key, value);
  });
}
