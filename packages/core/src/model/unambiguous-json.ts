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

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Of text that is valid JSON: a string before a colon is a key of the innermost object. */
function refuseDoubleKeys(text: string): void {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > DEEPEST) throw new Error('it is nested too deep');
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') addKey(open.at(-1), last);
    else last = token;
  }
}

function addKey(keys: Set<string> | undefined, quoted: string): void {
  const key = JSON.parse(quoted) as string;
  if (keys?.has(key)) throw new Error(`it has the key “${key.slice(0, 100)}” twice`);
  keys?.add(key);
}
