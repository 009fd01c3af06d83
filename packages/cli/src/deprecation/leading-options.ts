import { devNull } from 'node:os';
import { IlabError } from '@ilab/sdk';
import { REMOVED_IN } from './options.ts';

/** An option that once stood before the command, and what says the same: a variable. */
export interface LeadingOption {
  readonly old: string;
  readonly short?: string;
  readonly variable: string;
  /** Without a value, what the variable is set to. */
  readonly sets?: string;
  readonly say: string;
}

export const LEADING_OPTIONS: readonly LeadingOption[] = [
  { old: '--config', variable: 'ILAB_CONFIG', say: 'ILAB_CONFIG=FILE' },
  { old: '--verbose', short: '-v', variable: 'ILAB_DEBUG', sets: '1', say: 'ILAB_DEBUG=1' },
];

/** Its own word for no file at all. */
const NO_FILE = 'DEFAULT';

/** A command line without what stood before the command. */
export interface WithoutLeading {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** For the command to tell. */
  readonly warnings: readonly string[];
}

/** Commands that are loaded from their sources have modules of their own, and see what all of the process sees. */
const UNTOLD = Symbol.for('@ilab/cli/untold-warnings');
const everywhere = globalThis as { [UNTOLD]?: readonly string[] };

/** What `useLeadingOptions` has found, once. */
export function leadingWarnings(): readonly string[] {
  const warnings = everywhere[UNTOLD] ?? [];
  delete everywhere[UNTOLD];
  return warnings;
}

/** Sets what the old options before the command say. @returns the command line without them @throws IlabError E_USAGE */
export function useLeadingOptions(typed: readonly string[]): readonly string[] {
  const { args, variables, warnings } = takeLeadingOptions(typed);
  Object.assign(process.env, variables);
  everywhere[UNTOLD] = warnings;
  return args;
}

/** Takes off what the old `ilab` had before its commands: `ilab --config FILE model list`, `ilab -vv config show`. @throws IlabError E_USAGE */
export function takeLeadingOptions(args: readonly string[]): WithoutLeading {
  const variables: Record<string, string> = {};
  const warnings = new Set<string>();
  let rest = args;
  for (;;) {
    const [word = '', next] = rest;
    const [spelling = '', ...attached] = word.split('=');
    const option = LEADING_OPTIONS.find(({ old, short }) => old === spelling || (short !== undefined && isRepeated(spelling, short)));
    if (!option) return { args: rest, variables, warnings: [...warnings] };
    const value = option.sets ?? (word.includes('=') ? attached.join('=') : next);
    if (value === undefined) throw new IlabError('E_USAGE', `${option.old} needs a value.`, { hint: `Say ${option.say} before ilab.` });
    variables[option.variable] = value === NO_FILE ? devNull : value;
    warnings.add(`${spelling} before the command is deprecated, and gone in ${REMOVED_IN}: set ${option.say}.`);
    rest = rest.slice(option.sets === undefined && !word.includes('=') ? 2 : 1);
  }
}

/** `-v`, `-vv`, and so on. */
function isRepeated(spelling: string, short: string): boolean {
  return spelling.startsWith(short) && [...spelling.slice(1)].every((letter) => letter === short[1]);
}
