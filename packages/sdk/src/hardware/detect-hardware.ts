import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Gpu, Hardware } from './hardware.ts';
import { readNvidia, readRocm } from './read-gpus.ts';

/** A tool that hangs, as drivers do, is as good as none. */
const PATIENCE = 5_000;

/** Looks at this machine; the tools of graphics processors are asked where they are installed. */
export async function detectHardware(): Promise<Hardware> {
  const memory = totalmem();
  const [nvidia, rocm] = await Promise.all([
    ask('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'], readNvidia),
    ask('rocm-smi', ['--showproductname', '--showmeminfo', 'vram', '--json'], readRocm),
  ]);
  return { cores: availableParallelism(), memory, gpus: [...nvidia, ...rocm, ...apple(memory)] };
}

function ask(program: string, args: readonly string[], read: (output: string) => readonly Gpu[]): Promise<readonly Gpu[]> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: PATIENCE, maxBuffer: 256 * 1024, windowsHide: true }, (error, output) => resolve(error ? [] : read(output)));
  });
}

/** Its graphics processor is on the chip, and shares the machine's memory. */
function apple(memory: number): readonly Gpu[] {
  return process.platform === 'darwin' && process.arch === 'arm64' ? [{ name: cpus()[0]?.model ?? 'Apple silicon', memory }] : [];
}
