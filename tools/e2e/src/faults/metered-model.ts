import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Blob, type Contents, type Snapshot, snapshotOf } from '@ilab/hub';

/** Counts what a hub gives out, and says when it has given so much. */
export interface Meter {
  /** Bytes of file content since the last reset. */
  readonly served: number;
  reset(): void;
  /** Settles as soon as so many bytes were given out. */
  reached(bytes: number): Promise<void>;
}

export type CountingMeter = Meter & { count(bytes: number): void };

export function createMeter(): CountingMeter {
  let served = 0;
  let waiting: { readonly bytes: number; readonly wake: () => void }[] = [];
  return {
    get served() {
      return served;
    },
    reset() {
      served = 0;
      waiting = [];
    },
    reached: (bytes) => new Promise((wake) => (bytes <= served ? wake() : waiting.push({ bytes, wake }))),
    count(bytes) {
      served += bytes;
      for (const { wake } of waiting.filter((one) => one.bytes <= served)) wake();
      waiting = waiting.filter((one) => one.bytes > served);
    },
  };
}

const CHUNK = 64 * 1024;

/** A version whose bytes are counted, and given out slowly enough for a moment in between to be hit. */
export function meteredSnapshot(contents: Contents, meter: CountingMeter): Snapshot {
  const { files, commit } = snapshotOf(contents);
  const meteredFiles = [...files].map(([path, blob]): [string, Blob] => [path, { ...blob, read: (start, end) => paced(blob, { start, end, meter }) }]);
  return { files: new Map(meteredFiles), commit };
}

function paced(blob: Blob, { start, end, meter }: { readonly start: number; readonly end: number; readonly meter: CountingMeter }): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const whole of blob.read(start, end) as AsyncIterable<Buffer>) {
      for (let at = 0; at < whole.length; at += CHUNK) {
        const chunk = whole.subarray(at, at + CHUNK);
        meter.count(chunk.length);
        yield chunk;
        await sleep(1);
      }
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}

/** A small model of five files, one of them in a folder; the same seed gives the same bytes. */
export function generateContents(size: number, seed: string): Contents {
  return {
    'config.json': `{"model_type": "llama", "seed": "${seed}"}`,
    'tokenizer.json': bytesOf(`${seed} tokenizer`, 300_000),
    'original/params.json': `{"seed": "${seed}"}`,
    'model-00001-of-00002.safetensors': bytesOf(`${seed} 1`, Math.round(size * 0.6)),
    'model-00002-of-00002.safetensors': bytesOf(`${seed} 2`, Math.round(size * 0.4)),
  };
}

function bytesOf(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

export function sizeOf(contents: Contents): number {
  return Object.values(contents).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
}
