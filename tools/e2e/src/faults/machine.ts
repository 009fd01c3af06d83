import { spawn, type SpawnOptions } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLI } from '../workspace.ts';
import { type Ending, outcomeOf } from './outcome.ts';

/** A user's machine to be broken. Tests that run as root run the command line as somebody whom permissions bind, where he may read it. */
export interface Machine {
  readonly directory: string;
  readonly store: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A program that starts the command line, as `prlimit`; default none. */
  readonly wrapper: readonly string[];
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const asNobody = isRoot && [CLI, process.execPath].every(isOpenToAll);
const OWNER = asNobody ? { uid: NOBODY, gid: NOBODY } : {};

/** Why permissions stop nobody here. */
export const withoutPermissions: string | undefined = isRoot && !asNobody ? 'root may do all, and nobody else may read the command line' : undefined;

function isOpenToAll(path: string): boolean {
  for (let at = dirname(realpathSync(path)); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false;
    if (at === dirname(at)) return true;
  }
}

/** @param store default: below a home directory of its own */
export async function createMachine({ store, wrapper = [] }: { readonly store?: string; readonly wrapper?: readonly string[] } = {}): Promise<Machine> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-faults-'));
  const home = join(directory, 'home');
  await mkdir(home);
  const models = store ?? join(home, 'models');
  for (const path of [directory, home, ...(store === undefined ? [] : [store])]) await giveAway(path);
  return { directory, store: models, env: { PATH: process.env['PATH'], HOME: home, ILAB_MODELS_DIR: models }, wrapper };
}

/** Another machine with the same models. */
export async function copyMachine(machine: Machine): Promise<Machine> {
  const copy = await createMachine();
  await cp(machine.store, copy.store, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  await giveAllAway(copy.store);
  return copy;
}

export async function removeMachine({ directory }: Machine): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

export async function giveAway(path: string): Promise<void> {
  if (asNobody) await chown(path, NOBODY, NOBODY);
}

async function giveAllAway(path: string): Promise<void> {
  if (asNobody) await outcomeOf(spawn('chown', ['-Rh', `${NOBODY}:${NOBODY}`, path]));
}

/** What to start for the command line of a machine. */
export function programOf(
  { env, wrapper, directory }: Machine,
  nodeArguments: readonly string[] = [],
): { readonly program: string; readonly before: readonly string[]; readonly options: SpawnOptions & { env: NodeJS.ProcessEnv } } {
  const [program = '', ...before] = [...wrapper, process.execPath, ...nodeArguments, CLI];
  return { program, before, options: { cwd: directory, env: { ...env }, ...OWNER } };
}

/** Runs the command line, as the leader of a process group, to its end or until `when` settles: then it is sent that signal. */
export async function runCli(
  machine: Machine,
  args: readonly string[],
  kill?: { readonly when: Promise<void>; readonly signal: NodeJS.Signals },
): Promise<Ending & { readonly pid: number; readonly endedAfter: number }> {
  const { program, before, options } = programOf(machine);
  const child = spawn(program, [...before, ...args], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let killed = performance.now();
  kill?.when.then(() => {
    killed = performance.now();
    child.kill(kill.signal);
  });
  const outcome = await outcomeOf(child);
  return { ...outcome, pid: child.pid ?? 0, endedAfter: performance.now() - killed };
}
