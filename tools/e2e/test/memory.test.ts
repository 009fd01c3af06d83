import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertModel } from '@ilab/convert';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython, lackingModules, llamaEngine, mustRun, NO_LLAMA_CPP, root } from '../src/index.ts';

const SKIPPED =
  (process.env['ILAB_TEST_FULL'] === '1' ? undefined : 'in the full run') ??
  (process.platform === 'linux' ? undefined : 'what a process has is read from Linux’s /proc') ??
  lackingModules('numpy', 'safetensors') ??
  (NO_LLAMA_CPP || undefined);
const REFERENCE = fileURLToPath(new URL('../src/reference/reference.py', import.meta.url));
const TOKENIZER = join(root, 'tools/demo/models/ilab/demo/v1/safetensors');

let folder: string;

/** The demo model is so small that most of the memory is the program's own: here most is the model's. */
describe.skipIf(SKIPPED)(`the memory that a model of 88 million parameters takes (${SKIPPED ?? 'real engine'})`, { timeout: 180_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-memory-'));
    await mustRun(findPython() ?? '', [REFERENCE, 'random', folder, TOKENIZER, 'large'], { env: {} });
    for (const type of ['f16', 'q8_0'] as const)
      await convertModel({ directory: join(folder, 'model'), destination: join(folder, `${type}.gguf`), type, name: type });
  }, 180_000);
  afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })));

  it.each([
    ['f16', 512, 1],
    ['f16', 4096, 4],
    ['q8_0', 2048, 1],
    ['q8_0', 16_384, 2],
  ] as const)('as %s with %i tokens for each of %i conversations is what was said, within 15 in 100', async (type, contextLength, slots) => {
    const model = { names: ['m'], path: join(folder, `${type}.gguf`), format: 'gguf', files: [], adapters: [] } as const;
    const request = { model, threads: 1, contextLength, slots };
    const need = await llamaEngine().memory?.(request, {});
    const said = (need?.weights ?? 0) + (need?.cache ?? 0) + (need?.rest ?? 0);
    const session = await llamaEngine().start(request, {});
    try {
      const prompt = 'The rows of whole heads are put in another order. '.repeat(8);
      const body = JSON.stringify({ model: 'm', prompt, max_tokens: 8, temperature: 0 });
      const answer = await fetch(`${session.endpoint}/completions`, {
        method: 'POST',
        headers: { ...session.headers, 'content-type': 'application/json' },
        body,
      });
      expect(answer.status, await answer.text()).toBe(200);
      const taken = residentBytes(session.processId ?? 0);
      expect(said / taken, `${said} of ${taken} bytes`).toBeGreaterThan(0.85);
      expect(said / taken, `${said} of ${taken} bytes`).toBeLessThan(1.15);
    } finally {
      await session.end();
    }
  });
});

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
