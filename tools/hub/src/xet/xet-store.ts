import { type Chunk, fileHash, hashToHex } from '@huggingface/xetchunk-wasm';
import type { Blob } from '../content/blob.ts';
import { chunksOf } from './chunks-of.ts';
import { packChunk } from './pack-chunk.ts';
import { createXorb, type Xorb } from './xorb.ts';

/** A run of chunks of one xorb; the end is exclusive. */
export interface StoredTerm {
  readonly xorb: Xorb;
  readonly start: number;
  end: number;
}

export interface StoredFile {
  readonly size: number;
  readonly terms: readonly StoredTerm[];
}

/** Files cut into chunks, each chunk kept once, as Xet storage does. */
export interface XetStore {
  /** @returns the file’s hash, as hashes are written */
  add(blob: Blob): Promise<string>;
  hashOf(sha256: string): string | undefined;
  file(hash: string): StoredFile | undefined;
  xorb(hash: string): Xorb | undefined;
}

export function createXetStore(): XetStore {
  const files = new Map<string, StoredFile>();
  const hashes = new Map<string, string>();
  const xorbs = new Map<string, Xorb>();
  const known = new Map<string, { readonly xorb: Xorb; readonly index: number }>();
  return {
    async add(blob) {
      let xorb = createXorb();
      const close = (): void => {
        if (xorb.chunks > 0) xorbs.set(xorb.hash, xorb);
        xorb = createXorb();
      };
      const chunks: Chunk[] = [];
      const terms: StoredTerm[] = [];
      let at = 0;
      for await (const { chunk, bytes } of chunksOf(blob)) {
        const key = hashToHex(chunk.hash);
        let place = known.get(key);
        if (!place) {
          const packed = packChunk(bytes).length;
          if (!xorb.hasRoom(packed)) close();
          place = { xorb, index: xorb.add(chunk, { blob, at }, packed) };
          known.set(key, place);
        }
        const last = terms.at(-1);
        if (last?.xorb === place.xorb && last.end === place.index) last.end++;
        else terms.push({ xorb: place.xorb, start: place.index, end: place.index + 1 });
        chunks.push(chunk);
        at += chunk.length;
      }
      close();
      const hash = hashToHex(fileHash(chunks));
      files.set(hash, { size: blob.size, terms });
      hashes.set(blob.sha256, hash);
      return hash;
    },
    hashOf: (sha256) => hashes.get(sha256),
    file: (hash) => files.get(hash),
    xorb: (hash) => xorbs.get(hash),
  };
}
