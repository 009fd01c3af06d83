// Reads mutants in a worker, so that a hang or a heap beyond its limit ends the worker and not the tests.
import { parentPort, workerData } from 'node:worker_threads';
import { isIlabError } from '@ilab/core/adapter';
import { type ByteSource, bytesSource, readGguf, readSafetensors, readSafetensorsIndex } from '../src/index.ts';
import { corpus, type Format, largeVocabulary, manyTensors, type Sample } from './corpus.ts';
import { mutate, randomFrom } from './mutate.ts';

/** What to do: so many mutants from this seed on. */
export interface FuzzOrder {
  readonly seed: number;
  readonly count: number;
  /** With the large headers, one mutant of 50. */
  readonly large: boolean;
}

/** What came of it. */
export interface FuzzReport {
  readonly read: number;
  readonly refused: number;
  /** Errors that no reader may raise, with the seed of the mutant. */
  readonly crashes: readonly string[];
  /** Seconds of this thread that the slowest took. */
  readonly slowest: number;
  /** Most bytes that one mutant made a reader ask for at once. */
  readonly largestRead: number;
  /** Most bytes of heap that were ever in use, mutants and corpus included. */
  readonly heap: number;
}

const READERS: Readonly<Record<Format, (source: ByteSource) => Promise<unknown>>> = {
  gguf: readGguf,
  safetensors: readSafetensors,
  index: readSafetensorsIndex,
};

async function fuzz({ seed, count, large }: FuzzOrder): Promise<FuzzReport> {
  const small = corpus();
  const big = large ? [largeVocabulary(), ...manyTensors()] : [];
  const report = { read: 0, refused: 0, crashes: [] as string[], slowest: 0, largestRead: 0, heap: 0 };
  for (let index = 0; index < count; index++) {
    const random = randomFrom(seed + index);
    const from = large && index % 50 === 0 ? big : small;
    const sample = from[Math.floor(random() * from.length)];
    if (sample) await readMutant(sample, { bytes: mutate(sample, random), seed: seed + index, report });
    if (index % 100 === 0) {
      report.heap = Math.max(report.heap, process.memoryUsage().heapUsed);
      parentPort?.postMessage({ at: seed + index });
    }
  }
  return report;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Running = Mutable<Omit<FuzzReport, 'crashes'>> & { readonly crashes: string[] };

async function readMutant(
  { name, format }: Sample,
  { bytes, seed, report }: { readonly bytes: Buffer; readonly seed: number; readonly report: Running },
): Promise<void> {
  const { size, read } = bytesSource(bytes);
  const watched: ByteSource = {
    size,
    read(offset, length) {
      report.largestRead = Math.max(report.largestRead, length);
      if (offset + length > size) throw new Error(`asked for bytes ${offset} to ${offset + length} of ${size}`);
      return read(offset, length);
    },
  };
  const before = process.threadCpuUsage();
  try {
    await READERS[format](watched);
    report.read++;
  } catch (error) {
    report.refused++;
    if (!isIlabError(error) || error.code !== 'E_NOT_A_MODEL') report.crashes.push(`seed ${seed}, ${name}: ${error instanceof Error ? error.stack : error}`);
  }
  const { user, system } = process.threadCpuUsage(before);
  report.slowest = Math.max(report.slowest, (user + system) / 1e6);
}

parentPort?.postMessage(await fuzz(workerData as FuzzOrder));
