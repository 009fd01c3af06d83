import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './programs.ts';
import { mustRun } from './run.ts';

export interface ScoredTexts {
  /** Of each text. */
  readonly tokens: readonly (readonly number[])[];
  /** The natural logarithm of each token's probability after those before it, from the second token of a text on. */
  readonly logs: readonly (readonly number[])[];
}

const SCORE = fileURLToPath(new URL('./reference/score.mjs', import.meta.url));

/** How probable llama.cpp finds texts, by each of some GGUF files, some with an adapter. @param folder for what is written on the way */
export async function scoreTexts(
  folder: string,
  { files, texts }: { readonly files: readonly { readonly path: string; readonly adapter?: string }[]; readonly texts: readonly string[] },
): Promise<readonly ScoredTexts[]> {
  const job = join(folder, 'score.json');
  await writeFile(job, JSON.stringify({ packages: join(root, '.tools/engines/llama-cpp'), texts, files }));
  return JSON.parse(await mustRun(process.execPath, [SCORE, job], { env: { PATH: process.env['PATH'] } })) as readonly ScoredTexts[];
}
