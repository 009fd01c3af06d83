import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  /** Highest resident memory of the process, in MiB. */
  readonly peak: number;
  readonly stdout: string;
}

const LOOK_EVERY = 20;

/** Runs a program that has to succeed, and measures time and memory. */
export function measure(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let peak = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timer = setInterval(() => (peak = Math.max(peak, highWater(child.pid))), LOOK_EVERY);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1000, peak, stdout });
      else reject(new Error(`${program} ended with ${code}: ${stderr}`));
    });
  });
}

/** Linux keeps the peak itself (proc(5), VmHWM); elsewhere nothing is measured. */
function highWater(pid: number | undefined): number {
  try {
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Lines of a table: speed, seconds of each round, memory, and how fast the first of the rows is beside each. */
export function comparison(rows: ReadonlyMap<string, readonly Measured[]>, size: number): readonly string[] {
  const seconds = (measured: readonly Measured[]): number => median(measured.map((one) => one.seconds));
  const [own = []] = rows.values();
  const width = Math.max(...[...rows.keys()].map((name) => name.length)) + 2;
  return [...rows].map(([name, measured]) => {
    const range = measured.map((one) => one.seconds.toFixed(1)).join(' ');
    const peak = Math.max(...measured.map((one) => one.peak)).toFixed(0);
    const speed = (size / 1e6 / seconds(measured)).toFixed(0);
    return `${name.padEnd(width)} ${speed.padStart(5)} MB/s  (${range} s)  ${peak.padStart(4)} MiB  ilab is ${(seconds(measured) / seconds(own)).toFixed(2)} × as fast`;
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
