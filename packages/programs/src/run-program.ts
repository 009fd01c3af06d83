import { IlabError } from '@ilab/core/adapter';
import { boundedLines } from './bounded-lines.ts';
import { startGroup } from './process-group.ts';

const LONGEST_LINE = 4096;
const LAST_WORDS = 12;

export interface ProgramRequest {
  readonly program: string;
  /** As errors call it; its path where absent. */
  readonly name?: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine?: (line: string) => void;
  /** Gets what it says as it comes: where it shows its progress in one line, which ends late. */
  readonly onText?: (text: string) => void;
  /** For `E_ENGINE`: what it was to do, as “make an environment”. */
  readonly does: string;
  /** For `E_ENGINE`: what to do then. */
  readonly hint: string;
}

/**
 * Runs a program to its end, in a group of its own. However it ends, nothing of it goes on running.
 * @returns its last lines. @throws IlabError E_ENGINE with its last words; the signal's reason when it is aborted
 */
export async function runProgram(
  { program, name = program, args, env, onLine, onText, does, hint }: ProgramRequest,
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
    if (onText) stream?.on('data', (bytes: Buffer) => onText(bytes.toString('latin1')));
  }
  const { code } = await ended;
  signal?.throwIfAborted();
  if (code === 0) return last;
  throw new IlabError('E_ENGINE', `${name} could not ${does}: ${last.findLast((line) => line.trim() !== '') ?? 'it did not say why'}`, {
    hint,
    details: { log: last },
  });
}
