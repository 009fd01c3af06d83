import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFit, RunnerJob } from '@ilab/plugin-api';

/** Any of them is there where the driver of NVIDIA's GPUs is loaded. */
const NVIDIA = ['/dev/nvidiactl', '/proc/driver/nvidia/version', '/dev/nvhost-ctrl', '/dev/dxg'];

/** What a training needs that is not here. */
export async function fitOf(job: RunnerJob): Promise<EngineFit> {
  const path = job.models['model']?.path;
  if (path === undefined) return no('The model is not on this machine.', 'Download it: ilab model download REF');
  if (!(await exists(join(path, 'config.json'))))
    return no('It trains safetensors with their config.json, not GGUF.', 'Name the model that the GGUF was made of.');
  if (typeof job.parameters['data'] !== 'string') return no('No data are named.', 'Name a file or folder with --data.');
  const cuda = await anyExists(NVIDIA);
  if (job.parameters['quantize'] === true && !cuda)
    return no('Training on a quantised model (QLoRA) needs CUDA, and no NVIDIA GPU is here.', 'Leave out --quantize.');
  if (wantsGpu(job) && !cuda) return no('--nproc-per-node gpu needs CUDA, and no NVIDIA GPU is here.', 'Name a number of processes.');
  return { fits: true, because: cuda ? 'An NVIDIA GPU is here.' : 'No NVIDIA GPU is here: it trains on the processor, which suits small models only.' };
}

function wantsGpu({ parameters }: RunnerJob): boolean {
  return parameters['nproc-per-node'] === 'gpu';
}

function no(because: string, hint: string): EngineFit {
  return { fits: false, because, hint };
}

async function anyExists(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(exists))).includes(true);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
