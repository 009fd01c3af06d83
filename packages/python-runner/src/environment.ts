import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunnerEvent } from '@ilab/plugin-api';
import { findProgram, runProgram } from '@ilab/programs';
import { findPython, type PythonRange } from './find-python.ts';

/** A virtual environment of one runner. */
export interface EnvironmentSpec {
  /** Of the runner's own; the environment is below it. */
  readonly data: string;
  /** A file with exact versions and hashes, as pip reads it. */
  readonly requirements: string;
  readonly python: PythonRange;
  /** Packages that come as source only, and are built where they are installed. */
  readonly sources: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const SCHEMA = 1;
export const MARKER = 'ilab-environment.json';
const HINT = 'Is there disk space, and can the package index be reached?';

/** The folder of the environment. It stays where it was made, since its scripts name it. */
export function environmentFolder({ data }: Pick<EnvironmentSpec, 'data'>): string {
  return join(data, 'environment');
}

export function interpreterOf(spec: Pick<EnvironmentSpec, 'data'>): string {
  return join(environmentFolder(spec), 'bin', 'python');
}

/** Whether the environment is there whole, of just these requirements, and its Python with it. */
export async function isReady(spec: EnvironmentSpec): Promise<boolean> {
  try {
    const marker = await readFile(join(environmentFolder(spec), MARKER), 'utf8');
    // Its Python may have been taken away by whoever keeps the machine.
    await access(interpreterOf(spec));
    return marker === (await markerOf(spec));
  } catch {
    return false;
  }
}

/**
 * Makes the environment, from scratch where there is one that isn't ready: with uv, where it is, which also brings a Python; else with Python's own venv and pip. Nothing is
 * installed but what the requirements name by version and hash, and no package is built where it is installed but those of `sources`.
 * @throws IlabError E_ENGINE
 */
export async function makeEnvironment(spec: EnvironmentSpec, report: (event: RunnerEvent) => void, options: { readonly signal?: AbortSignal }): Promise<void> {
  if (await isReady(spec)) return;
  const folder = environmentFolder(spec);
  await mkdir(spec.data, { recursive: true });
  // Away at once, so that a half removed one is never taken for whole.
  const old = join(spec.data, `old-${randomUUID()}`);
  await rename(folder, old).catch(() => undefined);
  await rm(old, { recursive: true, force: true });
  const onLine = (line: string): void => report({ type: 'log', line });
  const uv = findProgram('uv', spec.env);
  const steps = uv === undefined ? await withPip(spec, options) : withUv(spec, uv);
  try {
    for (const { program, args, does } of steps) {
      report({ type: 'progress', done: steps.findIndex((step) => step.does === does), total: steps.length, unit: 'steps', label: does });
      await runProgram({ program, args, env: variablesOf(spec), onLine, does, hint: HINT }, options);
    }
    await writeFile(join(folder, MARKER), await markerOf(spec));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface InstallStep {
  readonly program: string;
  readonly args: readonly string[];
  readonly does: string;
}

function withUv(spec: EnvironmentSpec, uv: string): readonly InstallStep[] {
  const { oldest, newest } = spec.python;
  const install = ['pip', 'install', '--python', interpreterOf(spec), ...exactly(spec)];
  return [
    { program: uv, args: ['venv', '--no-project', '--python', `>=3.${oldest},<3.${newest + 1}`, environmentFolder(spec)], does: 'make an environment' },
    { program: uv, args: install, does: 'install packages' },
  ];
}

async function withPip(spec: EnvironmentSpec, options: { readonly signal?: AbortSignal }): Promise<readonly InstallStep[]> {
  const python = await findPython(spec.python, spec.env, options);
  const install = ['-m', 'pip', 'install', '--no-input', '--progress-bar', 'off', ...exactly(spec)];
  return [
    { program: python, args: ['-m', 'venv', environmentFolder(spec)], does: 'make an environment' },
    { program: interpreterOf(spec), args: install, does: 'install packages' },
  ];
}

/** What both call the same. */
function exactly({ sources, requirements }: EnvironmentSpec): readonly string[] {
  return ['--require-hashes', '--only-binary', ':all:', ...sources.flatMap((name) => ['--no-binary', name]), '-r', requirements];
}

/** The user's own: package indexes and their credentials are set there. What would lead Python elsewhere is left out. */
function variablesOf({ env }: EnvironmentSpec): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:PYTHON|VIRTUAL_ENV|CONDA_|HF_|HUGGING_FACE_)/.test(name)));
}

/** What says of an environment that it is whole, and of which requirements. */
export async function markerOf({ requirements }: Pick<EnvironmentSpec, 'requirements'>): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  return `${JSON.stringify({ schema: SCHEMA, requirements: digest })}\n`;
}
