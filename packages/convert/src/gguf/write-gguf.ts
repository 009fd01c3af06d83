import { type FileHandle, open } from 'node:fs/promises';
import { type ConverterOptions, IlabError } from '@ilab/core';
import { writeWhole } from '../whole-file.ts';
import { encodeHeader, type MetaValue, padding, type TensorInfo } from './header.ts';

/** A tensor to write: what it is, and its data in pieces. */
export interface TensorToWrite extends TensorInfo {
  data(): AsyncIterable<Uint8Array>;
}

/**
 * Writes a GGUF file as a whole or not at all.
 * @throws IlabError E_INTERNAL when a tensor has not the size that it said; errors of the file system
 */
export async function writeGguf(
  destination: string,
  { metadata, tensors }: { readonly metadata: ReadonlyMap<string, MetaValue>; readonly tensors: readonly TensorToWrite[] },
  { signal, onProgress }: ConverterOptions,
): Promise<void> {
  const header = encodeHeader(metadata, tensors);
  const total = tensors.reduce((sum, { size }) => sum + size + padding(size), header.length);
  await writeWhole(destination, async (path) => {
    const file = await open(path, 'wx', 0o644);
    try {
      let done = await writeAll(file, header);
      for (const tensor of tensors) {
        const before = done;
        for await (const piece of tensor.data()) {
          signal?.throwIfAborted();
          done += await writeAll(file, piece);
          onProgress?.({ done, total });
        }
        if (done - before !== tensor.size)
          throw new IlabError('E_INTERNAL', `The tensor ${tensor.name} has ${done - before} bytes, and ${tensor.size} were announced.`);
        done += await writeAll(file, new Uint8Array(padding(tensor.size)));
      }
    } finally {
      await file.close();
    }
  });
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<number> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
  return bytes.length;
}
