const OPTION = '--hf-token';

/** What stands for each in the words. */
const hidden = new Map<string, string>();

/** A command line without its tokens, so that whatever logs the words (oclif does, with DEBUG) has none; `tokenBehind` knows them. */
export function hideTokens(args: readonly string[]): readonly string[] {
  return args.map((word, at) => {
    if (word.startsWith(`${OPTION}=`)) return `${OPTION}=${hide(word.slice(OPTION.length + 1))}`;
    return args[at - 1] === OPTION ? hide(word) : word;
  });
}

/** The token that a word of a command line stands for, which may be itself. */
export function tokenBehind(word: string): string {
  return hidden.get(word) ?? word;
}

function hide(token: string): string {
  const name = token === '' ? '' : `hidden-${hidden.size + 1}`;
  if (name !== '') hidden.set(name, token);
  return name;
}
