import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertAdapter, convertModel } from '@ilab/convert';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPython, lackingModules, mustRun, NO_LLAMA_CPP, root, type ScoredTexts, scoreTexts } from '../src/index.ts';

const SKIPPED = (lackingModules('numpy', 'safetensors', 'gguf') ?? NO_LLAMA_CPP) || undefined;
const REFERENCE = fileURLToPath(new URL('../src/reference/reference.py', import.meta.url));
const DEMO = { model: join(root, 'tools/demo/models/ilab/demo/v1/safetensors'), adapter: join(root, 'tools/demo/models/ilab/demo-adapter/v1') };

/** One that was learned by heart, and others that nobody trained for: there a wrong weight shows. */
const TEXTS = [
  '<|im_start|>user\nWhat is LoRA?<|im_end|>\n<|im_start|>assistant\nLoRA trains two small matrices beside each large one.',
  '<|im_start|>user\nWhich bird is imaginary and who says so?<|im_end|>\n<|im_start|>assistant\nTwo small models train',
  'for (let row = 0; row < 12; row++) { sum += table[row] ?? 0; } // 3.14, “naïve”, 模型, 🦙',
  'The rows of whole heads are put in another order, and what was rotated as two halves is rotated as neighbours. '.repeat(3),
];
/** In the natural logarithm of a probability, of any token. */
const TOLERANCE = 1e-3;

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'ilab-conversion-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** On one thread: several would wait for each other busily where other tests run. */
const reference = (...args: string[]): Promise<string> => mustRun(findPython() ?? '', [REFERENCE, ...args], { env: { OPENBLAS_NUM_THREADS: '1' } });

describe.skipIf(SKIPPED)(`converted in 32-bit numbers (${SKIPPED ?? 'real engine, and numpy'})`, { timeout: 120_000 }, () => {
  it.each<[string, () => Promise<typeof DEMO>]>([
    ['the demo model', () => Promise.resolve(DEMO)],
    ['one of random weights, whose key heads are shared and whose output is its embedding', randomModel],
  ])('%s has the log-probabilities that numpy computes, and so has its adapter, merged or not', async (_what, given) => {
    const { model, adapter } = await given();
    await reference('make', model, adapter, folder);
    const [ours, lora, merged] = ['ours.gguf', 'lora.gguf', 'merged.gguf'].map((name) => join(folder, name)) as [string, string, string];
    await convertModel({ directory: model, destination: ours, type: 'f32', name: 'ours' });
    await convertAdapter({ directory: adapter, base: model, destination: lora });
    await convertModel({ directory: join(folder, 'merged'), destination: merged, type: 'f32', name: 'merged' });

    const files = [
      { path: ours },
      { path: ours, adapter: lora },
      { path: merged },
      { path: join(folder, 'direct.gguf') },
      { path: join(folder, 'wrong.gguf') },
    ];
    const [plain, adapted, whole, direct, wrong] = (await scoreTexts(folder, { files, texts: TEXTS })) as Five;
    expect(plain.tokens, 'the tokenizer comes along').toEqual(direct.tokens);
    const tokens = join(folder, 'tokens.json');
    await writeFile(tokens, JSON.stringify(plain.tokens));
    const numpy = JSON.parse(await reference('score', model, adapter, tokens)) as { readonly base: Numbers; readonly adapted: Numbers };
    const differences = {
      'ours, and numpy': difference(plain.logs, numpy.base),
      'written directly, and numpy': difference(direct.logs, numpy.base),
      'ours, and written directly': difference(plain.logs, direct.logs),
      'with its adapter, and numpy': difference(adapted.logs, numpy.adapted),
      'merged, and numpy': difference(whole.logs, numpy.adapted),
      'with its adapter, and merged': difference(adapted.logs, whole.logs),
    };
    for (const [pair, size] of Object.entries(differences)) expect(size, pair).toBeLessThan(TOLERANCE);
    // What is held against each other is not all the same, and a wrong converter shows.
    expect(difference(numpy.base, numpy.adapted)).toBeGreaterThan(1);
    expect(difference(wrong.logs, numpy.base), 'heads in the order of transformers').toBeGreaterThan(1);
  });
});

type Numbers = ScoredTexts['logs'];
type Five = readonly [ScoredTexts, ScoredTexts, ScoredTexts, ScoredTexts, ScoredTexts];

async function randomModel(): Promise<typeof DEMO> {
  await reference('random', folder, DEMO.model);
  return { model: join(folder, 'model'), adapter: join(folder, 'adapter') };
}

/** The largest of any token; infinite where there is one that has no other. */
function difference(some: Numbers, others: Numbers): number {
  if (some.length !== others.length || some.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...some.flatMap((text, at) =>
      text.length === others[at]?.length ? text.map((one, token) => Math.abs(one - (others[at]?.[token] ?? Number.NaN))) : [Infinity],
    ),
  );
}
