import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The shortest file that counts as GGUF: magic, version 3, nothing in it. */
export const GGUF: Buffer = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), Buffer.alloc(16)]);

/** A safetensors file with one number under each of these names. */
export function safetensors(...names: readonly string[]): Buffer {
  const header = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, { dtype: 'U8', shape: [1], data_offsets: [index, index + 1] }])));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(names.length)]);
}

/** Writes files below a directory, with all the folders they need. */
export function writeTree(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}
