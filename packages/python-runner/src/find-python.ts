import { IlabError } from '@ilab/plugin-api';
import { findProgram, runProgram } from '@ilab/programs';

type Variables = Readonly<Record<string, string | undefined>>;

/** Minor versions of Python 3 that a library runs on, both included. */
export interface PythonRange {
  readonly oldest: number;
  readonly newest: number;
}

const HINT = 'Install one, or uv, which brings one.';
const PRINT_VERSION = 'import sys; print("%d %d" % sys.version_info[:2])';

/** An interpreter on PATH that a library runs on. @throws IlabError E_ENGINE when there is none */
export async function findPython({ oldest, newest }: PythonRange, env: Variables, options: { readonly signal?: AbortSignal }): Promise<string> {
  const named = Array.from({ length: newest - oldest + 1 }, (_, index) => `python3.${newest - index}`);
  for (const name of ['python3', ...named]) {
    const path = findProgram(name, env);
    if (path !== undefined && (await minorOf(path, env, options)).some((minor) => minor >= oldest && minor <= newest)) return path;
  }
  throw new IlabError('E_ENGINE', `No Python 3.${oldest} to 3.${newest} is on PATH.`, { hint: HINT });
}

/** Its minor version; nothing where the program does not run, as a shim without a Python behind it. */
async function minorOf(path: string, env: Variables, options: { readonly signal?: AbortSignal }): Promise<readonly number[]> {
  try {
    const lines = await runProgram({ program: path, args: ['-I', '-c', PRINT_VERSION], env, does: 'tell its version', hint: HINT }, options);
    const [, minor] = /^3 (\d+)$/.exec(lines.at(-1) ?? '') ?? [];
    return minor === undefined ? [] : [Number(minor)];
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Error) return [];
    throw error;
  }
}
