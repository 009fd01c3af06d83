import { IlabError } from '@ilab/sdk';
import { tokenBehind } from './hidden-tokens.ts';
import { deprecatedOptionsOf, type DeprecatedOption, DEPRECATED_COMMANDS, REMOVED_IN } from './options.ts';
import { pairDownloads } from './pair-downloads.ts';
import { type KnownFlag, type Part, readWords } from './read-words.ts';
import { withScheme, withVersion } from './with-version.ts';

/** A command line in today’s words. */
export interface Modernised {
  readonly argv: readonly string[];
  /** One a spelling. */
  readonly warnings: readonly string[];
  /** A token that was typed. It goes into no argument, no log and no child’s environment. */
  readonly token?: string;
}

type Old = Extract<Part, { kind: 'old' }>;

/**
 * Puts today’s spellings into the place of old ones, before anything is parsed.
 * @throws IlabError E_USAGE where an old spelling and today’s, or two old ones, say the same thing
 */
export function modernise(command: string, argv: readonly string[], known: readonly KnownFlag[]): Modernised {
  const parts = readWords(argv, known, deprecatedOptionsOf(command));
  const old = parts.filter((part): part is Old => part.kind === 'old');
  for (const part of old) refuseTwice(part, parts);
  const called = DEPRECATED_COMMANDS[command];
  const warnings = [...(called === undefined ? [] : [warning(`ilab ${command}`, `ilab ${called}`)]), ...new Set(old.map(({ option }) => told(option)))];
  const token = old.findLast(({ option, value }) => isSecret(option) && value !== '')?.value;
  return { argv: old.length === 0 ? argv : replaced(pairDownloads(parts), old), warnings, ...(token !== undefined && { token: tokenBehind(token) }) };
}

function warning(old: string, say: string): string {
  return `${old} is deprecated, and gone in ${REMOVED_IN}: say ${say}.`;
}

function told({ old, short, say }: DeprecatedOption): string {
  return warning(short === undefined ? old : `${old} (${short})`, say);
}

function isSecret({ becomes }: DeprecatedOption): boolean {
  return typeof becomes === 'object' && 'variable' in becomes;
}

function targetOf({ becomes }: DeprecatedOption): string | undefined {
  return typeof becomes === 'object' && 'flag' in becomes ? becomes.flag : undefined;
}

function refuseTwice({ option }: Old, parts: readonly Part[]): void {
  const target = targetOf(option);
  if (target === undefined) return;
  const { becomes } = option;
  const argument = typeof becomes === 'object' && 'orArgument' in becomes && parts.some(({ kind }) => kind === 'argument');
  const today = parts.some((part) => part.kind === 'flag' && part.flag === target);
  const other = parts.find((part) => part.kind === 'old' && part.option !== option && targetOf(part.option) === target);
  const second = today ? target : argument ? 'the argument' : other?.kind === 'old' ? other.option.old : undefined;
  if (second === undefined) return;
  throw new IlabError('E_USAGE', `${option.old} and ${second} say the same thing.`, { hint: `Say ${option.say} alone.` });
}

function replaced(parts: readonly Part[], old: readonly Old[]): readonly string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'old') return inPlaceOf(part);
    return part.kind === 'flag' && part.value !== undefined ? changed(part, part.value, old) : part.words;
  });
}

function inPlaceOf({ option: { takes, becomes }, value }: Old): readonly string[] {
  if (typeof becomes !== 'object' || !('flag' in becomes) || becomes.none?.includes(value)) return [];
  if (takes === 'nothing') return [becomes.flag];
  // One word, so that a value is never read as a flag.
  return [`${becomes.flag}=${becomes.folder?.replace('{}', () => value) ?? value}`];
}

/** The value of a flag, with what old options said of it. */
function changed({ flag, words }: Extract<Part, { kind: 'flag' }>, typed: string, old: readonly Old[]): readonly string[] {
  let value = typed;
  for (const { option, value: said } of old) {
    const { becomes } = option;
    if (typeof becomes === 'object' && 'schemeOf' in becomes && becomes.schemeOf === flag) value = withScheme(value, said, option.old, becomes.oldSchemes);
  }
  for (const { option, value: said } of old) {
    const { becomes } = option;
    if (typeof becomes === 'object' && 'versionOf' in becomes && becomes.versionOf === flag) value = withVersion(value, said, option.old);
  }
  return value === typed ? words : [`${flag}=${value}`];
}
