import { type ChildProcess, spawn } from 'node:child_process';
import { lastWords } from './last-words.ts';

/** How long a program may take to end by itself, in milliseconds. */
const GRACE = 8000;

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Gets what it says, as it says it. */
  readonly onOutput: (chunk: string) => void;
}

/** A program that runs in a process group of its own. */
export interface Program {
  readonly pid: number;
  /** When it is gone, with all of its group; as a sentence. */
  readonly ended: Promise<string>;
  /** The last lines that it said. */
  output(): readonly string[];
  /** Ends the group. */
  end(): Promise<void>;
}

/** Starts a program. @throws the system's error when it can't be started */
export async function startProgram(path: string, args: readonly string[], { env, onOutput }: ProgramOptions): Promise<Program> {
  const child = spawn(path, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const words = lastWords();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      words.hear(chunk);
      onOutput(chunk);
    });
  }
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const kill = (signal: NodeJS.Signals): void => killGroup(pid, signal);
  const guard = guardGroup(pid);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      guard.kill('SIGKILL');
      kill('SIGKILL');
      resolve(signal === null ? `It ended with code ${code}.` : `It was killed by ${signal}.`);
    });
  });
  return {
    pid,
    ended,
    output: words.lines,
    async end() {
      kill('SIGTERM');
      const timer = setTimeout(kill, GRACE, 'SIGKILL');
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Ends the group when this process is gone, by whatever cause: the pipe closes with it. */
function guardGroup(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -s KILL -- "-$1"', 'sh', String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a shell there is no guard, and all else goes on.
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** What is gone is gone. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
