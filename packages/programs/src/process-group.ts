import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** A process that leads a group of its own, and how it ended. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Fulfilled when it has ended and all that it wrote was read; rejected when it could not be started. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Milliseconds from SIGTERM to SIGKILL; the keeper of a job has ended everything a good deal earlier. */
const PATIENCE = 7000;

/** Starts a process in a group of its own, which is told to end when `signal` says so, and is killed when it doesn't. */
export function startGroup(program: string, args: readonly string[], { signal, ...options }: SpawnOptions & { readonly signal?: AbortSignal }): ProcessGroup {
  signal?.throwIfAborted();
  const child = spawn(program, args, { ...options, detached: true });
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    kill ??= setTimeout(() => signalGroup(child, 'SIGKILL'), PATIENCE);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<Awaited<ProcessGroup['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, by) => resolve({ code, signal: by }));
  }).finally(() => {
    clearTimeout(kill);
    signal?.removeEventListener('abort', stop);
    // A leader that died alone may have left others of its group.
    signalGroup(child, 'SIGKILL');
  });
  return { child, ended };
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody is left.
  }
}
