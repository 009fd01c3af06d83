import { createHash } from 'node:crypto';
import type { Progress, UploadFile } from '@ilab/plugin-api';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
export const digest = (bytes: Uint8Array | string) => `sha256:${sha256(bytes)}` as const;

/** A file that is to be sent; by default it holds its name. */
export function file(path: string, content = path): UploadFile {
  const bytes = Buffer.from(content);
  return {
    path,
    size: bytes.length,
    sha256: sha256(bytes),
    async *open({ start, end } = { start: 0, end: bytes.length }) {
      yield bytes.subarray(start, end);
    },
  };
}

export const quiet: Progress = { plan() {}, begin: () => ({ at() {}, end() {} }) };
