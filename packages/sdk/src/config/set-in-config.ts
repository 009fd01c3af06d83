import { isMap, parse } from 'yaml';
import { convert, CURRENT_VERSION } from './convert/convert.ts';
import { checkConfig } from './file/check-config.ts';
import { type ParsedYaml, parseYaml, plainValue, type Problem } from './file/parse-yaml.ts';
import { dotted } from './file/position-of.ts';
import { rewriteText } from './file/rewrite-text.ts';
import { SCHEMA_LINE } from './schema/schema-address.ts';

const EMPTY = `${SCHEMA_LINE}\nversion: ${CURRENT_VERSION}\n`;

/** What setting a key comes to: a new text, a file that is not valid or of an older version, or a value that the setting can't have. */
export type SetText =
  | { readonly text: string; readonly value: unknown }
  | { readonly problem: Problem }
  | { readonly older: string }
  | { readonly refused: string; readonly instead?: string };

/** Sets one key in the text of a configuration; comments and everything else stay as they are. A value is what it would be in the file; where that can't be, it is text. */
export function setInText(source: string | undefined, key: readonly string[], value: string): SetText {
  const text = source ?? EMPTY;
  let refused: Problem | undefined;
  for (const candidate of [asWritten(value), value]) {
    const parsed = parseYaml(text);
    if ('problem' in parsed) return parsed;
    const conversion = convert(parsed);
    if (conversion) return 'problem' in conversion ? conversion : { older: conversion.from };
    const { document } = parsed;
    if (!isMap(document.contents)) document.contents = document.createNode({ version: CURRENT_VERSION }) as unknown as typeof document.contents;
    prepare(parsed, key);
    document.setIn(key, candidate);
    const problem = problemWith(parsed, key);
    if (!problem) return { text: rewriteText(text, document), value: candidate };
    refused ??= problem;
  }
  return { refused: refused?.message ?? `${dotted(key)} can't be set.`, ...(refused?.instead !== undefined && { instead: refused.instead }) };
}

/** Sections that are there and empty (`models:`) become mappings. */
function prepare({ document }: ParsedYaml, key: readonly string[]): void {
  for (let depth = 1; depth < key.length; depth++) {
    const section = key.slice(0, depth);
    if (document.hasIn(section) && document.getIn(section) == null) document.setIn(section, document.createNode({}));
  }
}

function problemWith(parsed: ParsedYaml, key: readonly string[]): Problem | undefined {
  const plain = plainValue(parsed.document);
  if (!plain) return { line: 1, column: 1, message: 'Its aliases grow without end.' };
  const checked = checkConfig(parsed, plain.value);
  if ('problem' in checked) return checked.problem;
  return checked.unknown.find((one) => one.key === dotted(key));
}

/** Takes one key out of the text of a configuration. @returns undefined when it is not in there */
export function removeInText(text: string, key: readonly string[]): SetText | undefined {
  const parsed = parseYaml(text);
  if ('problem' in parsed) return parsed;
  const conversion = convert(parsed);
  if (conversion) return 'problem' in conversion ? conversion : { older: conversion.from };
  const { document } = parsed;
  if (!document.hasIn(key)) return undefined;
  document.deleteIn(key);
  return { text: rewriteText(text, document), value: undefined };
}

/** `true`, `8`, `[a, b]` as YAML means them; text where it is none. */
function asWritten(value: string): unknown {
  try {
    return value === '' ? '' : parse(value, { maxAliasCount: 0 });
  } catch {
    return value;
  }
}
