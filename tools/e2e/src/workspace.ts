import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './programs.ts';
import { type Outcome, run } from './run.ts';

/** A user's machine, empty: a home directory, and the command line as it was built. */
export interface Workspace {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  ilab(args: readonly string[], options?: { readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal }): Promise<Outcome>;
  remove(): Promise<void>;
}

/** The built command line, as it is published. */
export const CLI = join(root, 'packages', 'cli', 'bin', 'run.js');

export async function createWorkspace(extra: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-e2e-'));
  const home = join(directory, 'home');
  await mkdir(home);
  const env = { PATH: process.env['PATH'], HOME: home, ...extra };
  return {
    home,
    env,
    ilab: (args, options = {}) =>
      run(process.execPath, [CLI, ...args], { cwd: home, env: { ...env, ...options.env }, ...(options.signal && { signal: options.signal }) }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Where the store of a workspace is. */
export function storeOf({ home }: Workspace): string {
  return join(home, '.cache', 'instructlab', 'models');
}

/** Bytes of files on their way into a store that are on disk; what is not written yet takes no blocks. */
export function arrivedBytes(store: string): number {
  const ingest = join(store, '.store', 'ingest');
  return readdirSync(ingest).reduce((sum, name) => sum + (name.includes('.journal') ? 0 : statSync(join(ingest, name)).blocks * 512), 0);
}
