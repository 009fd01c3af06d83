import type { Conversion } from './convert/convert.ts';
import type { Problem } from './file/parse-yaml.ts';
import { rewriteText } from './file/rewrite-text.ts';
import { parseConfig } from './parse-config.ts';
import { SCHEMA_LINE } from './schema/schema-address.ts';

/** What migrating a text comes to; `conversion` is absent where the text is of the current version, and then it is as it was. */
export type MigratedText = { readonly text: string; readonly conversion?: Conversion } | { readonly problem: Problem };

/** Writes a configuration of any version in the current one, by the same conversion by which it is read. */
export function migrateText(source: string): MigratedText {
  const parsed = parseConfig(source);
  if ('problem' in parsed) return parsed;
  const { conversion } = parsed;
  if (!conversion) return { text: source };
  const text = rewriteText(source, parsed.parsed.document);
  const known = text.includes('yaml-language-server:');
  const line = source.includes('\r\n') ? '\r\n' : '\n';
  return { text: known || text.startsWith('\uFEFF') || text.startsWith('%') ? text : `${SCHEMA_LINE}${line}${text}`, conversion };
}
