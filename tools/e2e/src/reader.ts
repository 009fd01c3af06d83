import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type Outcome, run } from './run.ts';
import type { TutorialCommand } from './tutorial.ts';

/** Somebody who types what a page says, one command after the other, in one folder and its terminals. */
export interface Reader extends AsyncDisposable {
  /** Where they are. */
  readonly directory: string;
  /** Types a command, and waits for its end; of one that stays, until it has said something. */
  types(command: TutorialCommand): Promise<Outcome>;
}

export function createReader(home: string, env: Readonly<Record<string, string | undefined>>): Reader {
  let directory = home;
  const staying: ChildProcess[] = [];
  return {
    get directory() {
      return directory;
    },
    async types({ line, stays }) {
      const [, folder] = /^cd (\S+)$/.exec(line) ?? [];
      if (folder !== undefined) {
        directory = resolve(directory, folder);
        return { code: 0, stdout: '', stderr: '' };
      }
      if (!stays) return run('bash', ['-c', line], { cwd: directory, env });
      const child = spawn('bash', ['-c', line], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      staying.push(child);
      return { code: null, stdout: await untilItSays(child, /is there/), stderr: '' };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(staying.map(end));
    },
  };
}

function untilItSays(child: ChildProcess, what: RegExp): Promise<string> {
  let said = '';
  return new Promise((settle, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (what.test(said)) settle(said);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code} and said: ${said}`)));
  });
}

/** With all that it started, as Ctrl-C does. */
function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const { pid } = child;
  return new Promise((settle) => {
    child.removeAllListeners('exit').once('exit', () => settle());
    process.kill(-pid, 'SIGTERM');
  });
}
