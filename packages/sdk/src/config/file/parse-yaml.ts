import { Composer, type CST, type Document, isMap, isScalar, Lexer, LineCounter, type Pair, type ParsedNode, Parser, visit } from 'yaml';
import { keyName } from './key-name.ts';
import { numbersAsWritten } from './numbers-as-written.ts';

/** The largest file that is read, in characters; those of InstructLab have 15,000. */
const MOST_CHARACTERS = 256 * 1024;
/** Structures in structures; configurations have six. */
const DEEPEST = 64;

/** Where something stands in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a file, and where. */
export interface Problem extends Position {
  /** The key that it is about, dotted. */
  readonly key?: string;
  /** The setting that was perhaps meant by the key. */
  readonly instead?: string;
  /** A sentence. */
  readonly message: string;
}

export type YamlDocument = Document.Parsed<ParsedNode>;

export interface ParsedYaml {
  readonly document: YamlDocument;
  readonly positionOf: (offset: number) => Position;
}

/**
 * Reads YAML that may be hostile, in bounded time and memory: no deep nesting, no keys that are structures, no tags of other languages, no
 * key twice. How often aliases are followed is limited where the values are taken (`plainValue`).
 */
export function parseYaml(source: string): ParsedYaml | { readonly problem: Problem } {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  if (text.length > MOST_CHARACTERS) return { problem: { line: 1, column: 1, message: `It has more than ${MOST_CHARACTERS / 1024} Ki characters.` } };
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = tokensOf(text, lines);
  if (typeof tokens === 'number') return { problem: { ...positionOf(tokens), message: `It has more than ${DEEPEST} structures within each other here.` } };
  const composer = new Composer<ParsedNode>({ uniqueKeys: false, merge: true, lineCounter: lines, customTags: numbersAsWritten });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (!document || second) return { problem: { ...positionOf(second?.range[0] ?? 0), message: 'It has to be one document.' } };
  const [error] = [...document.errors, ...document.warnings];
  const wrong = error ? { offset: error.pos[0], message: withoutPlace(error.message) } : badKey(document, positionOf);
  return wrong ? { problem: { ...positionOf(wrong.offset), message: wrong.message } } : { document, positionOf };
}

/**
 * What is written, as plain data.
 * @returns undefined when it names itself so often that it would grow without end
 */
export function plainValue(document: YamlDocument): { readonly value: unknown } | undefined {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
    // What contains itself has no end, and no JSON.
    JSON.stringify(value);
    return { value };
  } catch {
    return undefined;
  }
}

/** @returns the tokens, or the offset at which the nesting gets too deep: what comes after composes them by recursion */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | number {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return parser.offset;
  }
  tokens.push(...parser.end());
  return tokens;
}

function withoutPlace(message: string): string {
  return `${message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}.`;
}

type Wrong = { readonly offset: number; readonly message: string };

function badKey(document: YamlDocument, positionOf: (offset: number) => Position): Wrong | undefined {
  let wrong: Wrong | undefined;
  visit(document, {
    Map(_key, map) {
      wrong = badKeyOf(map.items, positionOf);
      return wrong ? visit.BREAK : undefined;
    },
  });
  if (wrong || document.contents === null || isMap(document.contents)) return wrong;
  return { offset: document.contents.range?.[0] ?? 0, message: 'It has to be a mapping of sections.' };
}

function badKeyOf(pairs: readonly Pair[], positionOf: (offset: number) => Position): Wrong | undefined {
  const seen = new Map<string, number>();
  for (const { key } of pairs) {
    if (!isScalar(key)) return { offset: offsetOf(key), message: 'A key has to be a word.' };
    const name = keyName(key);
    const before = seen.get(name);
    if (before !== undefined) return { offset: offsetOf(key), message: `“${name}” is here a second time; first on line ${positionOf(before).line}.` };
    seen.set(name, offsetOf(key));
  }
  return undefined;
}

function offsetOf(node: unknown): number {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : 0;
}
