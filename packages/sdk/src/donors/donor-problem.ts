import { isEntry, isListOf } from '../plugins/values.ts';
import { readsProblem } from '../plugins/reads-problem.ts';

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** Below the home directory, and never that itself. */
const FOLDER = /^(?!.*\.\.)(?!\.?\/|\.$)(?:[\w.-]{1,64}\/){0,3}[\w.-]{1,64}$/;
const MOST = 8;

/** What is wrong with the metadata of a donor; undefined when nothing is. */
export function donorProblem({ donor, entry, summary, tool, folders }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof donor !== 'string' || !NAME.test(donor)) return '“donor” is no name';
  if (!isEntry(entry)) return `“entry” of ${donor} is no module inside the package`;
  if (!isText(summary, 300)) return `“summary” of ${donor} is no text`;
  if (!isText(tool, 40)) return `“tool” of ${donor} is no name of a tool`;
  const isList = isListOf(folders, FOLDER) && (folders as readonly unknown[]).length > 0 && (folders as readonly unknown[]).length <= MOST;
  return isList ? readsProblem(donor, { home: folders }) : `“folders” of ${donor} is no list of 1 to ${MOST} folders below the home directory`;
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && /\S/.test(value) && value.length <= longest && !/\p{C}/u.test(value);
}
