import { isCollection, isPair, isScalar, type Node, type Pair, type Scalar } from 'yaml';
import { lineStart } from './edits.ts';

export function keyNode({ key }: Pair): Scalar | undefined {
  return isScalar(key) ? key : undefined;
}

/** Where the key stands in the text; undefined when it came later. */
export function keyOffset(pair: Pair): number | undefined {
  return keyNode(pair)?.range?.[0];
}

/** Where the last character of a pair's own content ends: comments and blank lines after it are not its own. */
export function endOf(pair: Pair, text: string): number {
  const key = keyNode(pair)?.range?.[1] ?? 0;
  const colon = text.indexOf(':', key) + 1;
  return Math.max(colon, nodeEnd(pair.value as Node | null, text));
}

/** The start of the comment lines directly above a key, or of its own line. */
export function leadOf(offset: number, text: string): number {
  let start = lineStart(text, offset);
  for (;;) {
    if (start === 0) return start;
    const above = lineStart(text, start - 1);
    if (!/^[ \t]*#/.test(text.slice(above, start))) return start;
    start = above;
  }
}

/** The start of the next line; what else stands on this one is a comment. */
export function lineEnd(offset: number, text: string): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function nodeEnd(node: Node | null, text: string): number {
  if (isCollection(node) && !node.flow) {
    const last: unknown = node.items.at(-1);
    return isPair(last) ? endOf(last, text) : nodeEnd((last ?? null) as Node | null, text);
  }
  const [start = 0, end = 0] = node?.range ?? [];
  if (start === end) return 0;
  return text[end - 1] === '\n' ? end - 1 : end;
}
