/** Deeper than any manifest or signature is. */
const DEEPEST = 32;

/**
 * Reads JSON that everybody reads the same: `JSON.parse` keeps the last of two equal keys, other readers the first, so that one text
 * could be two manifests.
 * @throws Error saying what is wrong
 */
export function parseUnambiguousJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseDoubleKeys(text);
  return value;
}

const MARK = /["{}[\]:]/g;

/** Of text that is valid JSON: a string before a colon is a key of the innermost object. */
function refuseDoubleKeys(text: string): void {
  const open: Set<string>[] = [];
  let last = '';
  MARK.lastIndex = 0;
  for (let found = MARK.exec(text); found; found = MARK.exec(text)) {
    const [mark] = found;
    if (mark === '"') {
      const end = endOfString(text, found.index);
      last = text.slice(found.index, end);
      MARK.lastIndex = end;
    } else if (mark === '{' || mark === '[') {
      if (open.push(new Set()) > DEEPEST) throw new Error('it is nested too deep');
    } else if (mark === ':') addKey(open.at(-1), last);
    else open.pop();
  }
}

/** Behind the quote that ends a string. A pattern for the whole of it would go too deep where it has megabytes. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === '\\') before -= 1;
  return (at - before) % 2 === 0;
}

function addKey(keys: Set<string> | undefined, quoted: string): void {
  const key = JSON.parse(quoted) as string;
  if (keys?.has(key)) throw new Error(`it has the key “${key.slice(0, 100)}” twice`);
  keys?.add(key);
}
