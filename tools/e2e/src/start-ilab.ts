import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './run.ts';
import { CLI, type Workspace } from './workspace.ts';

/** A command line that is under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it has said on standard error so far. */
  stderr(): string;
  readonly ended: Promise<Outcome>;
  /** Waits until it has said something. */
  says(text: string | RegExp): Promise<void>;
}

/** Starts the built command line and doesn't wait. `preload`: a module that Node loads before it. */
export function startIlab({ home, env }: Workspace, args: readonly string[], { preload }: { readonly preload?: string } = {}): Running {
  const nodeArgs = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...nodeArgs, CLI, ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Outcome>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return {
    child,
    pid: child.pid ?? 0,
    stderr: () => stderr,
    ended,
    async says(text) {
      while (!(typeof text === 'string' ? stderr.includes(text) : text.test(stderr))) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended without saying ${text}: ${stderr}`);
        await sleep(10);
      }
    },
  };
}
