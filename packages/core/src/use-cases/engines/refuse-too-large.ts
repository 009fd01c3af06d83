import { IlabError } from '../../errors/ilab-error.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { MemoryGauge } from '../../ports/memory-gauge.ts';
import type { Prompt } from '../../ports/prompt.ts';
import type { EnginePlan } from './plan-engine.ts';

/** Asks about what needs more memory than there is; where nobody can be asked, it is not started. @throws IlabError E_NO_MEMORY */
export async function refuseTooLarge(
  { memory, prompt }: { readonly memory: MemoryGauge; readonly prompt: Prompt },
  { memory: need, names }: EnginePlan,
  options: CallOptions,
): Promise<void> {
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
