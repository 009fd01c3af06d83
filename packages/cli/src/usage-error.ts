import { IlabError, mostAlike } from '@ilab/sdk';

/** The command that was called, for what to say of words that it does not take. */
export interface CalledCommand {
  /** With spaces. */
  readonly command: string;
  /** Names of its flags, without dashes. */
  readonly flags: readonly string[];
}

/** What the errors of oclif's parser have beside their message, each one of these. */
interface Parsed {
  readonly args?: readonly (string | { readonly name?: string; readonly description?: string; readonly options?: readonly string[] })[];
  readonly flags?: readonly string[];
}

/** Lines of oclif's that tell nothing. */
const EMPTY_WORDS = /^(?:See more help|The following errors? occurred:)/;

/** What oclif's parser throws for bad flags and arguments, in our words; undefined for every other error. */
export function usageError(caught: unknown, called?: CalledCommand): IlabError | undefined {
  if (!(caught instanceof Error) || !('oclif' in caught)) return undefined;
  const see = called ? `See: ilab ${called.command} --help` : 'See --help.';
  const { args = [], flags: [unknown] = [] } = caught as Parsed;
  if (unknown !== undefined) return unknownFlag(unknown, { see, flags: called?.flags ?? [] });
  const missing = args.filter((one) => typeof one === 'object');
  if (missing.length > 0) return missingArguments(missing, see);
  const [first] = args;
  if (typeof first === 'string') return new IlabError('E_USAGE', `“${first}” is one word too many.`, { hint: see });
  const [line = '', ...more] = linesOf(caught.message);
  return new IlabError('E_USAGE', line.replace(/[:.]?$/, '.'), { hint: [...more.map(asSentence), see].join(' ') });
}

/** As `--dry-rn=x` is told of it: with its value. */
function unknownFlag(word: string, { see, flags }: { readonly see: string; readonly flags: readonly string[] }): IlabError {
  const [typed = word] = word.split('=');
  const near = typed.startsWith('--')
    ? mostAlike(
        typed,
        flags.map((name) => `--${name}`),
      )
    : undefined;
  const message = `There is no flag ${typed} here.`;
  if (near === undefined) return new IlabError('E_USAGE', message, { hint: see });
  return new IlabError('E_USAGE', message, { hint: `Did you mean ${near}? ${see}`, details: { typed, nearest: [near] } });
}

function missingArguments(missing: readonly Exclude<NonNullable<Parsed['args']>[number], string>[], see: string): IlabError {
  const names = missing.map(({ name = '' }) => name);
  const what = missing.map(({ name = '', description = '', options = [] }) => {
    const told = [description.replace(/\.$/, ''), ...(options.length > 0 ? [options.join(', ')] : [])].join(': ');
    return `${name}: ${told}.`;
  });
  return new IlabError('E_USAGE', `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing.`, { hint: [...what, see].join(' ') });
}

/** What was wrong, line by line: of a value with its flag, of a flag that is missing with its dashes. */
function linesOf(message: string): readonly string[] {
  return message
    .replace(/^Parsing (--\S+) *\n\s*/, '$1: ')
    .replace(/^(\s*)Missing required flag (\S+)/gm, '$1--$2 is missing')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !EMPTY_WORDS.test(line));
}

function asSentence(line: string): string {
  return line.endsWith('.') ? line : `${line}.`;
}
