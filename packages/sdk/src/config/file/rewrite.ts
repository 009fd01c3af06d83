import { Document, isMap, isNode, isScalar, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import { type Edit, lineStart } from './edits.ts';
import { endOf, keyNode, keyOffset, leadOf, lineEnd } from './extent.ts';
import { keyName } from './key-name.ts';
import type { YamlDocument } from './parse-yaml.ts';

/**
 * The edits that turn a text into what its changed tree says. What did not change keeps its every character: comments, blank lines, quotes,
 * the way numbers are written. The library's own printing would move comments about.
 */
export function editsBetween(text: string, { before, after }: { readonly before: YamlDocument; readonly after: Document }): readonly Edit[] {
  const editor = new Rewriter(text);
  if (isMap(before.contents) && isMap(after.contents)) editor.map(before.contents, after.contents);
  else if (isMap(after.contents))
    editor.edits.push({ start: text.length, end: text.length, text: `${text === '' || text.endsWith('\n') ? '' : '\n'}${after.toString(PLAIN)}` });
  return editor.edits;
}

/** Long lines stay one line. */
export const PLAIN = { lineWidth: 0 } as const;

class Rewriter {
  readonly edits: Edit[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  map(before: YAMLMap, after: YAMLMap): void {
    const kept = new Map(after.items.flatMap((pair) => (keyOffset(pair) === undefined ? [] : [[keyOffset(pair), pair] as const])));
    const gone = before.items.filter((pair) => !kept.has(keyOffset(pair)));
    const added = after.items.filter((pair) => keyOffset(pair) === undefined);
    if (before.flow && gone.length + added.length > 0) return this.#replaceFlow(before, after);
    for (const pair of before.items) {
      const now = kept.get(keyOffset(pair));
      if (now) this.#pair(pair, now);
      else this.#remove(pair, { first: pair === before.items[0] });
    }
    const first = after.items.findIndex((pair) => keyOffset(pair) !== undefined);
    for (const pair of added) this.#add(pair, { map: before, above: after.items.indexOf(pair) < first });
  }

  #pair(before: Pair, after: Pair): void {
    const key = keyNode(before);
    const name = keyName(after.key);
    if (key?.range && name !== keyName(key)) this.edits.push({ start: key.range[0], end: key.range[1], text: name });
    const [was, is] = [before.value, after.value];
    if (isMap(was) && isMap(is) && sameRange(was, is)) return this.map(was, is);
    if (isScalar(was) && isScalar(is) && sameRange(was, is) && was.value === is.value) return;
    if (isScalar(was) && isScalar(is) && sameRange(was, is) && was.range && was.range[1] > was.range[0]) {
      this.edits.push({ start: was.range[0], end: was.range[1], text: printed(is) });
      return;
    }
    if (!isScalar(is) && sameRange(was as Node | null, is as Node | null)) return;
    const start = key?.range?.[1] ?? 0;
    const indent = start === 0 ? 0 : this.#column(key?.range?.[0] ?? 0);
    this.edits.push({ start, end: Math.max(start + colon(this.#text, start), endOf(before, this.#text)), text: `:${rendered(asNode(is), indent)}` });
  }

  #remove(pair: Pair, { first }: { readonly first: boolean }): void {
    const start = leadOf(keyOffset(pair) ?? 0, this.#text);
    // What stands above everything else is about the file, not about its first key.
    const from = start === 0 && first ? lineStart(this.#text, keyOffset(pair) ?? 0) : start;
    this.edits.push({ start: from, end: lineEnd(endOf(pair, this.#text), this.#text), text: '' });
  }

  #add(pair: Pair, { map, above }: { readonly map: YAMLMap; readonly above: boolean }): void {
    const first = map.items[0];
    const last = map.items.at(-1);
    if (!first || !last) return;
    const column = this.#column(keyOffset(first) ?? 0);
    const indent = ' '.repeat(column);
    const lines = `${commentLines(pair, indent)}${indent}${printed(asNode(pair.key))}:${rendered(asNode(pair.value), column)}${commentBehind(pair)}\n`;
    const at = above ? leadOf(keyOffset(first) ?? 0, this.#text) : lineEnd(endOf(last, this.#text), this.#text);
    const newline = !above && at > 0 && this.#text[at - 1] !== '\n' ? '\n' : '';
    this.edits.push({ start: at, end: at, text: newline + lines });
  }

  #replaceFlow(before: YAMLMap, after: YAMLMap): void {
    const [start, end] = before.range ?? [0, 0];
    const padded = /^[{]\s/.test(this.#text.slice(start, end));
    const text = new Document(after).toString({ ...PLAIN, flowCollectionPadding: padded }).trimEnd();
    this.edits.push({ start, end, text });
  }

  #column(offset: number): number {
    return offset - lineStart(this.#text, offset);
  }
}

function sameRange(a: Node | null, b: Node | null): boolean {
  return a?.range?.[0] !== undefined && a.range[0] === b?.range?.[0] && a.range[1] === b.range[1];
}

/** A value as it stands behind its colon, below a key in that column. */
function rendered(node: Node, column: number): string {
  const text = isScalar(node) ? printed(node) : new Document(node).toString(PLAIN).trimEnd();
  if (text === '' || isScalar(node) || (isMap(node) && (node.flow || node.items.length === 0)))
    return text === '' ? '' : ` ${text.replaceAll('\n', `\n${' '.repeat(column + 2)}`)}`;
  return text
    .split('\n')
    .map((line) => `\n${line === '' ? '' : ' '.repeat(column + 2)}${line}`)
    .join('');
}

function commentLines({ key }: Pair, indent: string): string {
  const comment = isScalar(key) ? key.commentBefore : undefined;
  return comment == null ? '' : comment.replaceAll(/^(.*)$/gm, `${indent}#$1`).concat('\n');
}

/** Of one value: what has lines of its own prints its comments itself. */
function commentBehind({ value }: Pair): string {
  return isScalar(value) && value.comment != null && !printed(value).includes('\n') ? ` #${value.comment}` : '';
}

/** What the tree has as plain data, as the tree has it elsewhere. */
function asNode(value: unknown): Node {
  return isNode(value) ? value : new Document(value).createNode(value);
}

/** A word or a value without its comment, which stays where it is. */
function printed(node: Node): string {
  if (!isScalar(node)) return new Document(node).toString(PLAIN).trimEnd();
  const bare = new Scalar(node.value);
  if (node.type !== undefined) bare.type = node.type;
  return new Document(bare).toString(PLAIN).trimEnd();
}

function colon(text: string, from: number): number {
  return text.indexOf(':', from) - from + 1;
}
