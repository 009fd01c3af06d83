import type { Command, CommandRequest, CommandRun } from '@ilab/plugin-api';
import { type Ending, endingOf } from './ending.ts';

/** Milliseconds that a call may take, where it is not a long one. */
const WORKING = 10_000;

/** What came of a call of a command. */
export interface CalledCommand {
  readonly ending: Ending;
  /** What it printed, in order. */
  readonly lines: readonly string[];
  /** What it told of its progress, in order. */
  readonly told: readonly string[];
}

/** Calls a command as the host does, and keeps what it says. @param signal by default one that nobody aborts */
export async function callCommand(
  command: Command,
  request: CommandRequest,
  { signal = new AbortController().signal, patience = WORKING }: { readonly signal?: AbortSignal; readonly patience?: number } = {},
): Promise<CalledCommand> {
  const [lines, told]: [string[], string[]] = [[], []];
  const run: CommandRun = { signal, print: (line) => void lines.push(line), progress: (line) => void told.push(line) };
  // What is thrown at once is thrown all the same.
  const ending = await endingOf((async () => command.run(request, run))(), patience);
  return { ending, lines, told };
}
