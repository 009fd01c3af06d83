import { IlabError } from '@ilab/sdk';

/**
 * What is meant for an engine that is a program.
 * @param typed all words, with `--`
 * @param rest those that no flag took, without `--`
 * @throws IlabError E_USAGE for a word before `--`: a slip of the pen is not to become an argument of a program
 */
export function wordsAfterDashes(typed: readonly string[], rest: readonly string[]): readonly string[] {
  const at = typed.indexOf('--');
  const after = at < 0 ? [] : typed.slice(at + 1);
  const stray = rest[0];
  if (rest.length === after.length || stray === undefined) return after;
  throw new IlabError('E_USAGE', `serve does not know ${stray}.`, {
    hint: `Name the model with --model: --model ${stray}`,
  });
}
