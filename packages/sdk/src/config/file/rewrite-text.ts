import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'yaml';
import { applyEdits } from './edits.ts';
import { parseYaml, plainValue } from './parse-yaml.ts';
import { editsBetween, PLAIN } from './rewrite.ts';

/** A text of YAML after its tree was changed: edited in place, or, where edits would not come to the same, printed anew. */
export function rewriteText(source: string, after: Document): string {
  const mark = source.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = source.slice(mark.length).replaceAll('\r\n', '\n');
  const before = parseYaml(text);
  const edited = 'problem' in before ? undefined : applyEdits(text, editsBetween(text, { before: before.document, after }));
  const result = edited !== undefined && means(edited, after) ? edited : after.toString(PLAIN);
  return mark + (source.includes('\r\n') ? result.replaceAll('\n', '\r\n') : result);
}

function means(text: string, document: Document): boolean {
  const parsed = parseYaml(text);
  return !('problem' in parsed) && isDeepStrictEqual(plainValue(parsed.document)?.value, document.toJS({ maxAliasCount: 100 }) ?? {});
}
