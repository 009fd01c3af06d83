import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { lacking } from '../programs.ts';
import { type Machine, programOf } from './machine.ts';
import { type Ending, outcomeOf } from './outcome.ts';

/**
 * Where system calls come from: synchronous ones from the main thread, all others from the one thread of the pool. Each is traced by
 * itself, because strace counts calls by thread, and a count over both would never get to the calls of the quieter one.
 */
export type Thread = 'main' | 'pool';

/** A system call, counted from 1 among those of its name and thread. */
export interface Point {
  readonly thread: Thread;
  readonly call: string;
  readonly at: number;
}

/** One traced call: `rename("/a", "/b") = 0`; descriptors have their path. */
export interface TracedCall extends Point {
  readonly text: string;
  /** Lines of the trace at which it began and ended: another thread's may lie between. */
  readonly began: number;
  readonly ended: number;
}

export interface TracedOutcome extends Ending {
  readonly calls: readonly TracedCall[];
}

export interface Injection {
  readonly thread: Thread;
  readonly call: string;
  /** As strace has it after the call's name: `signal=SIGKILL:when=3`. */
  readonly fault: string;
}

/** All that changes a disk, and what opens a file. */
const CALLS = '/^(openat|p?writev?2?|pwrite64|fsync|fdatasync|f?truncate|(link|symlink|rename|unlink|mkdir)(at2?)?|rmdir|f?chmod(at)?|copy_file_range)$';
const PAUSE = fileURLToPath(new URL('./pause.mjs', import.meta.url));

/** Runs the command line under strace, from when it has started, with a fault put into one of its calls. */
export async function runTraced(machine: Machine, args: readonly string[], injection?: Injection): Promise<TracedOutcome> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-trace-'));
  const { program, before, options } = programOf(machine, ['--import', PAUSE]);
  let child: ChildProcess | undefined;
  try {
    child = spawn(program, [...before, ...args], {
      ...options,
      env: { ...options.env, UV_THREADPOOL_SIZE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const ended = outcomeOf(child);
    const threads = JSON.parse(await firstLine(child.stdio[3] as Readable)) as readonly (readonly [string, number])[];
    const ids = { main: child.pid, pool: threads.find(([name]) => name === 'libuv-worker')?.[1] };
    const output = join(directory, 'trace');
    const traced = injection ? [injection.thread] : (['main', 'pool'] as const);
    const inject = injection ? ['-e', `inject=${injection.call}:${injection.fault}`] : [];
    const tracer = spawn(
      'strace',
      [...traced.flatMap((thread) => ['-p', String(ids[thread])]), '-y', '-s', '0', '-o', output, '-e', `trace=${CALLS}`, ...inject],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const traceEnded = new Promise((resolve) => tracer.once('close', resolve));
    await attached(tracer, traced.length);
    (child.stdio[4] as Writable).end('x');
    const outcome = await ended;
    await traceEnded;
    return { ...outcome, calls: parseTrace(await readFile(output, 'utf8'), { main: ids.main, only: injection?.thread }) };
  } finally {
    // One that could not be traced still waits.
    child?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}

/** Why nothing can be traced here; it is tried. */
export async function withoutStrace(): Promise<string | undefined> {
  const missing = lacking('strace');
  if (missing) return missing;
  const sleeper = spawn('sleep', ['30'], { stdio: 'ignore' });
  const tracer = spawn('strace', ['-p', String(sleeper.pid), '-o', '/dev/null'], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    await attached(tracer, 1);
    return undefined;
  } catch {
    return 'strace may not attach to processes here';
  } finally {
    tracer.kill();
    sleeper.kill();
  }
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) return text;
  }
  throw new Error('the command line ended before it was traced');
}

function attached(tracer: ChildProcess, threads: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = '';
    tracer.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.split('attached').length > threads) resolve();
    });
    tracer.once('close', () => reject(new Error(`strace did not attach: ${told}`)));
  });
}

/**
 * Reads strace's lines, in the order in which calls began.
 * @param threads the main thread's number; `only`: the one that was traced, whose number strace then leaves out
 */
export function parseTrace(text: string, threads: { readonly main: number | undefined; readonly only?: Thread | undefined }): readonly TracedCall[] {
  const counts = new Map<string, number>();
  const calls: TracedCall[] = [];
  const unfinished = new Map<string, number>();
  for (const [line, content] of text.split('\n').entries()) {
    const [, id = '', rest = ''] = /^(?:(\d+) +)?(.*)$/.exec(content) ?? [];
    const begun = unfinished.get(id);
    if (rest.startsWith('<... ') && begun !== undefined) {
      const call = calls[begun];
      if (call) calls[begun] = { ...call, ended: line };
      unfinished.delete(id);
    }
    const call = /^([a-z_0-9]+)\(/.exec(rest)?.[1];
    if (call === undefined) continue;
    const thread = threads.only ?? (Number(id) === threads.main ? 'main' : 'pool');
    const at = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, at);
    if (rest.endsWith('<unfinished ...>')) unfinished.set(id, calls.length);
    calls.push({ thread, call, at, text: rest, began: line, ended: line });
  }
  return calls;
}
