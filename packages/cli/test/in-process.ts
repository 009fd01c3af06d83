import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settings } from '@oclif/core/settings';
import { main } from '../src/main.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `--json` prints, whether it went well or not. */
export interface Envelope {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string; readonly details?: Readonly<Record<string, unknown>> };
  readonly warnings: readonly string[];
}

settings.enableAutoTranspile = false;
const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8').replaceAll('./dist/', './src/'));

/** Where the sources are, and the command line's `package.json` that says so. */
export const load = { root, pjson, ignoreManifest: true };

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line from its sources, in this process: as `bin/dev.js` does, without a process for every call. One after the other:
 * what a test that ran out of time left behind would take the environment away from the next, which would then write into the user's own home.
 */
export function ilab(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const ended = last.then(() => runOnce(args, env));
  last = ended.catch(() => undefined);
  return ended;
}

async function runOnce(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const before = { ...process.env };
  const { stdout, stderr } = process;
  const written = { stdout: '', stderr: '' };
  const write = { stdout: stdout.write, stderr: stderr.write };
  const keep = (name: keyof typeof written) => (text: string | Uint8Array) => {
    written[name] += String(text);
    return true;
  };
  stdout.write = keep('stdout');
  stderr.write = keep('stderr');
  Object.assign(process.env, env);
  try {
    await main({ args, load });
    return { code: Number(process.exitCode ?? 0), ...written };
  } finally {
    stdout.write = write.stdout;
    stderr.write = write.stderr;
    for (const event of ['error', 'drain']) stdout.removeAllListeners(event);
    process.exitCode = undefined;
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}

export async function ilabJson(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Envelope> {
  const { stdout } = await ilab([...args, '--json'], env);
  return JSON.parse(stdout) as Envelope;
}
