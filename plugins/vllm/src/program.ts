import { spawn } from 'node:child_process';
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
  // Whoever ends this process without a word takes the program along.
  const atExit = (): void => kill('SIGKILL');
  process.once('exit', atExit);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      process.removeListener('exit', atExit);
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

/** What is gone is gone. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
