import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram } from './programs.ts';

const runFile = promisify(execFile);
/** Longer than any program here thinks. */
const PATIENCE = 30_000;

/** A terminal with a program in it, as a person sees it. */
export interface Terminal {
  /** What is on the screen now, without colours, nothing at line ends. */
  screen(): Promise<string>;
  /** Types, keys by tmux's names: `Enter`, `C-c`, or text. */
  type(...keys: readonly string[]): Promise<void>;
  /** Waits until the screen shows something. @returns the screen */
  shows(text: string | RegExp): Promise<string>;
  close(): Promise<void>;
}

/** Starts a program in a terminal of that size, in a tmux server of its own. The last line on the screen will be `ended with N`. */
export async function startTerminal(
  command: readonly string[],
  {
    env,
    cwd,
    columns = 100,
    rows = 30,
  }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string; readonly columns?: number; readonly rows?: number },
): Promise<Terminal> {
  const tmux = findProgram('tmux') ?? 'tmux';
  const socket = `ilab-${process.pid}-${randomBytes(4).toString('hex')}`;
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await runFile(tmux, ['-L', socket, '-f', '/dev/null', ...args], { env: { ...env, TERM: 'screen' } })).stdout;
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  await ask('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, `${quoted}; echo "ended with $?"; exec sleep 600`);
  const screen = async (): Promise<string> => (await ask('capture-pane', '-p')).replace(/[ \t]+$/gm, '').trimEnd();
  return {
    screen,
    async type(...keys) {
      await ask('send-keys', ...keys);
    },
    async shows(text) {
      const started = performance.now();
      for (;;) {
        const now = await screen();
        if (typeof text === 'string' ? now.includes(text) : text.test(now)) return now;
        if (performance.now() - started > PATIENCE) throw new Error(`the screen does not show ${text}:\n${now}`);
        await sleep(50);
      }
    },
    close: async () => void (await ask('kill-server').catch(() => undefined)),
  };
}
