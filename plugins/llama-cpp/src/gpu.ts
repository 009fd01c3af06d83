import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Builds for GPUs, as the ends of their packages are called. */
const GPUS: Readonly<Record<string, string>> = { metal: 'Metal', cuda: 'CUDA', vulkan: 'Vulkan' };

/** What GPUs the installed builds are for; undefined where there is none. Apple's processors have no build without. */
export function gpuOf(packages: string): string | undefined {
  try {
    const builds = readdirSync(join(packages, 'node_modules/@node-llama-cpp'));
    const found = Object.keys(GPUS).filter((gpu) => builds.some((build) => build.endsWith(`-${gpu}`)));
    return found.length === 0 ? undefined : found.map((gpu) => GPUS[gpu]).join(' and ');
  } catch {
    return undefined;
  }
}

/** As in “llama.cpp is installed …”: what will compute. */
export function computesOn(packages: string, layers: number | undefined): string {
  const gpu = gpuOf(packages);
  if (gpu === undefined) return layers ? 'for processors only, so no layer goes to a GPU' : 'for processors';
  if (layers === 0) return `for ${gpu}, and all layers stay on the processor`;
  return `for ${gpu}, and a GPU, where one is found, takes ${layers === undefined ? 'as many layers as fit' : `${layers} layers, or all that there are`}`;
}
