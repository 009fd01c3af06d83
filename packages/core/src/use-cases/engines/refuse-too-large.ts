import { IlabError } from '../../errors/ilab-error.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { MemoryGauge } from '../../ports/memory-gauge.ts';
import type { Prompt } from '../../ports/prompt.ts';
import type { DownloadPlan } from '../download/plan-download.ts';
import type { EnginePlan } from './plan-engine.ts';

export interface MemoryDeps {
  readonly memory: MemoryGauge;
  readonly prompt: Prompt;
}

/**
 * Asks about weights that are larger than memory before they are fetched. Of safetensors nothing is said: they are for GPUs.
 * @throws IlabError E_NO_MEMORY where nobody can be asked
 */
export async function refuseTooLargeToFetch({ memory, prompt }: MemoryDeps, { files, needed, reference }: DownloadPlan, options: CallOptions): Promise<void> {
  if (needed === 0) return;
  const weights = files.filter(({ path }) => path.toLowerCase().endsWith('.gguf')).reduce((sum, { blob }) => sum + blob.size, 0);
  const free = weights === 0 ? 0 : await memory.available(options);
  if (weights <= free) return;
  const message = `The weights of ${reference.canonical} alone take ${gigabytes(weights)} of memory, and ${gigabytes(free)} are free.`;
  if (prompt.interactive && (await prompt.confirm({ message: `${message} Download it all the same?` }, options))) return;
  throw new IlabError('E_NO_MEMORY', message, {
    hint: `Take a smaller model or quantisation. To have it all the same: ilab model download ${reference.canonical}`,
    details: { weights, free },
  });
}

/** Asks about what needs more memory than there is; where nobody can be asked, it is not started. @throws IlabError E_NO_MEMORY */
export async function refuseTooLarge({ memory, prompt }: MemoryDeps, { memory: need, names }: EnginePlan, options: CallOptions): Promise<void> {
  if (!need) return;
  const wanted = need.weights + need.cache + need.rest;
  const free = await memory.available(options);
  if (wanted <= free) return;
  const message = `${names[0]} takes ${gigabytes(wanted)} of memory (weights ${gigabytes(need.weights)}, context ${gigabytes(need.cache)}), and ${gigabytes(free)} are free.`;
  if (prompt.interactive && (await prompt.confirm({ message: `${message} Start it all the same?` }, options))) return;
  throw new IlabError('E_NO_MEMORY', message, {
    hint: 'Take a shorter context, fewer slots or a smaller quantisation, or end other programs.',
    details: { ...need, free },
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;
}
