/** Where a call of `ilab` ends. */
const ENDS = new Set([';', '|', '<', '>', '2>', '>>', '&&', '||', '&']);

/** A call of `ilab` in an example of the shell: the words after it. */
export interface Call {
  readonly words: readonly string[];
  /** From 1, within the example. */
  readonly line: number;
}

/**
 * The calls of `ilab` in an example, as people paste it: behind a prompt or not, in `$(…)`, in a pipe, over several lines, with remarks. What is printed
 * in an example of a console (lines without a prompt) is not read.
 */
export function ilabCalls(code: string, { prompted }: { readonly prompted: boolean }): readonly Call[] {
  const calls: Call[] = [];
  let joined = '';
  code.split('\n').forEach((text, index) => {
    if (prompted && joined === '' && !text.startsWith('$ ')) return;
    joined += prompted && joined === '' ? text.slice(2) : text;
    if (joined.endsWith('\\')) joined = joined.slice(0, -1);
    else {
      for (const words of callsIn(joined)) calls.push({ words, line: index + 1 });
      joined = '';
    }
  });
  return calls;
}

function callsIn(line: string): readonly (readonly string[])[] {
  const calls: string[][] = [];
  let call: string[] | undefined;
  // Whether the next word is a program: `npm run ilab` is a call of npm.
  let begins = true;
  for (const { word, bare } of wordsIn(line)) {
    if (bare && word.startsWith('#')) break;
    if (bare && ENDS.has(word)) {
      call = undefined;
      begins = true;
    } else if (begins && word === 'ilab') {
      call = [];
      calls.push(call);
    } else call?.push(word);
    if (!ENDS.has(word) && !/^[A-Z_]+=/.test(word)) begins = false;
  }
  return calls;
}

/** Words of a line of the shell; `bare`: without quotes, so that it may be more than a word. */
function wordsIn(line: string): readonly { readonly word: string; readonly bare: boolean }[] {
  const spaced = line
    .replaceAll('"$(', ' ; ')
    .replaceAll(')"', ' ; ')
    .replaceAll('$(', ' ; ')
    .replace(/(?<=\S)\)(?=\s|$)/g, ' ; ')
    .replace(/(?<=\S);(?=\s)/g, ' ;');
  return [...spaced.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => ({
    word: single ?? double ?? bare ?? '',
    bare: bare !== undefined,
  }));
}
