import type { Hardware } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatBytes } from './units.ts';

/** `8 cores, 34 GB of memory and no GPU that could be found`. */
export function presentHardware({ cores, memory, gpus }: Hardware): string {
  const [first] = gpus;
  const own = gpus.reduce((sum, gpu) => sum + gpu.memory, 0);
  const graphics = first ? `${gpus.length > 1 ? `${gpus.length} × ` : ''}${printable(first.name)} with ${formatBytes(own)}` : 'no GPU that could be found';
  return `${cores} cores, ${formatBytes(memory)} of memory and ${graphics}`;
}
