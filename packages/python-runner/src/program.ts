import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { IlabError } from '@ilab/plugin-api';
import { boundedLines } from './bounded-lines.ts';
import { startGroup } from './process-group.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const LONGEST_LINE = 4096;
const LAST_WORDS = 12;

/** Where a program is on PATH, if it is. */
export async function findProgram(name: string, env: Variables): Promise<string | undefined> {
  for (const directory of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, name);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

export interface ProgramRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Variables;
  readonly onLine?: (line: string) => void;
  /** For `E_ENGINE`: what it was to do, as “make an environment”. */
  readonly does: string;
}

/** Runs a program to its end. @returns its last lines. @throws IlabError E_ENGINE with its last words */
export async function runProgram(
  { program, args, env, onLine, does }: ProgramRequest,
  { signal }: { readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  const { child, ended } = startGroup(program, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    const lines = boundedLines(LONGEST_LINE, (line) => {
      last.push(line);
      if (last.length > LAST_WORDS) last.shift();
      onLine?.(line);
    });
    stream?.on('data', lines.take).on('end', lines.end);
  }
  const { code } = await ended;
  signal?.throwIfAborted();
  if (code === 0) return last;
  throw new IlabError('E_ENGINE', `${program} could not ${does}: ${last.findLast((line) => line.trim() !== '') ?? 'it did not say why'}`, {
    hint: 'Is there disk space, and can the package index be reached?',
    details: { log: last },
  });
}
