import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { bytesSource, readGguf, readSafetensors, readSafetensorsIndex } from '../src/index.ts';
import { corpus, largeVocabulary, manyTensors } from './corpus.ts';
import type { FuzzOrder, FuzzReport } from './fuzz-worker.ts';

const FULL = process.env['ILAB_TEST_FULL'] === '1';
const MEBIBYTE = 1024 * 1024;
/** Long after which a worker that says nothing hangs; a mutant takes a second at most, and a hundred of them a moment. */
const SILENCE = 120_000;

/** Reads mutants in a worker with little memory. Rejects when it runs out of it, dies, or goes silent. */
function fuzz(order: FuzzOrder): Promise<FuzzReport> {
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: order,
    execArgv: ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
  });
  return new Promise((resolve, reject) => {
    let last = order.seed;
    const silent = (): void => reject(new Error(`nothing was heard after seed ${last}`));
    let timer = setTimeout(silent, SILENCE);
    worker.on('message', (message: FuzzReport | { at: number }) => {
      clearTimeout(timer);
      if (!('at' in message)) return resolve(message);
      last = message.at;
      timer = setTimeout(silent, SILENCE);
    });
    worker.on('error', (error) => reject(new Error(`died after seed ${last}: ${error.message}`, { cause: error })));
  }).finally(() => worker.terminate()) as Promise<FuzzReport>;
}

describe('the corpus', () => {
  it.each([...corpus(), ...manyTensors(), largeVocabulary()])('$name, $format: is read as it is', async ({ format, bytes }) => {
    const read = { gguf: readGguf, safetensors: readSafetensors, index: readSafetensorsIndex }[format];
    await expect(read(bytesSource(bytes))).resolves.toBeDefined();
  });
});

describe('mutants', () => {
  it('5,000 of them: refused or read, with nothing but declared errors', { timeout: 300_000 }, async () => {
    const report = await fuzz({ seed: 1, count: 5000, large: false });
    expect(report.crashes).toEqual([]);
    expect(report.read).toBeGreaterThan(100);
    expect(report.refused).toBeGreaterThan(1000);
    expect(report.largestRead).toBeLessThan(256 * MEBIBYTE);
  });

  it.runIf(FULL)('200,000 of them, also of large headers (the full run)', { timeout: 3_600_000 }, async () => {
    const reports: FuzzReport[] = [];
    for (let part = 0; part < 20; part++) reports.push(await fuzz({ seed: 1_000_000 + part * 10_000, count: 10_000, large: true }));
    const sum = (of: (report: FuzzReport) => number): number => reports.reduce((all, report) => all + of(report), 0);
    const most = (of: (report: FuzzReport) => number): number => Math.max(...reports.map(of));
    process.stdout.write(
      `mutants: ${sum(({ read }) => read)} read, ${sum(({ refused }) => refused)} refused; slowest ${most(({ slowest }) => slowest)} s, ` +
        `largest read ${most(({ largestRead }) => largestRead)} B, heap ${most(({ heap }) => heap)} B\n`,
    );
    expect(reports.flatMap(({ crashes }) => crashes)).toEqual([]);
    expect(sum(({ read, refused }) => read + refused)).toBe(200_000);
    expect(most(({ slowest }) => slowest)).toBeLessThan(1);
    expect(most(({ largestRead }) => largestRead)).toBeLessThan(256 * MEBIBYTE);
    expect(most(({ heap }) => heap)).toBeLessThan(256 * MEBIBYTE);
  });
});
