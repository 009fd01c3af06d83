import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, readSafetensorsIndex, type SafetensorsTensor } from '@ilab/formats';
import { refused } from '../refused.ts';
import { ELEMENT_BYTES } from '../values/decode.ts';

/** A tensor of a model, wherever it is. */
export interface SourceTensor extends Pick<SafetensorsTensor, 'name' | 'dtype' | 'shape' | 'elements'> {
  /** Reads so many elements from one on. */
  read(from: number, elements: number): Promise<Uint8Array>;
}

export interface SourceTensors extends AsyncDisposable {
  readonly all: readonly SourceTensor[];
}

const INDEX = 'model.safetensors.index.json';

/**
 * The tensors of a folder: of its one file, or of those that its index names. Only headers are read before data is asked for.
 * @param candidates files to take where there is no index, the first that is there
 * @throws IlabError E_NOT_A_MODEL
 */
export async function openTensors(directory: string, candidates: readonly string[]): Promise<SourceTensors> {
  const files: FileHandle[] = [];
  const close = async (): Promise<void> => void (await Promise.all(files.map((file) => file.close())));
  try {
    const all: SourceTensor[] = [];
    for (const name of await filesOf(directory, candidates)) {
      const file = await open(join(directory, name), 'r');
      files.push(file);
      const { size } = await file.stat();
      const { tensors, dataStart } = await readSafetensors({ size, read: (offset, length) => readAt(file, offset, length) });
      for (const tensor of tensors) all.push(sourceTensor(file, tensor, dataStart));
    }
    const names = new Set<string>();
    for (const { name } of all) {
      if (names.has(name)) throw refused(`the tensor ${name} is there twice`);
      names.add(name);
    }
    return { all, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function filesOf(directory: string, names: readonly string[]): Promise<readonly string[]> {
  for (const name of names) {
    const file = await open(join(directory, name), 'r').catch(() => undefined);
    await file?.close();
    if (file) return [name];
  }
  const index = await open(join(directory, INDEX), 'r').catch(() => undefined);
  if (!index) throw refused(`there is neither ${names[0]} nor ${INDEX} in ${directory}`);
  try {
    const { size } = await index.stat();
    return [...(await readSafetensorsIndex({ size, read: (offset, length) => readAt(index, offset, length) })).keys()];
  } finally {
    await index.close();
  }
}

function sourceTensor(file: FileHandle, { name, dtype, shape, elements, begin }: SafetensorsTensor, dataStart: number): SourceTensor {
  const size = ELEMENT_BYTES[dtype];
  if (size === undefined) throw refused(`the tensor ${name} is of type ${dtype}`);
  return { name, dtype, shape, elements, read: (from, count) => readAt(file, dataStart + begin + from * size, count * size) };
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw refused('a file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
