import { type Conversion, convert } from './convert/convert.ts';
import { checkConfig } from './file/check-config.ts';
import { type ParsedYaml, parseYaml, plainValue, type Position, type Problem } from './file/parse-yaml.ts';
import { positionOf } from './file/position-of.ts';
import type { Config } from './schema/config-schema.ts';

/** A configuration as it is meant, whatever version it is written in. */
export interface ParsedConfig {
  readonly config: Config;
  /** What brought it to the current version, where it is of an older one. */
  readonly conversion?: Conversion;
  /** Keys that nothing reads. */
  readonly unknown: readonly Problem[];
  /** Where a key of the current version stands in the text, also where it has another name there. */
  readonly positionOf: (path: readonly string[]) => Position;
  /** The tree, converted. */
  readonly parsed: ParsedYaml;
}

/** Reads the text of a configuration of any version. */
export function parseConfig(text: string): ParsedConfig | { readonly problem: Problem } {
  const parsed = parseYaml(text);
  if ('problem' in parsed) return parsed;
  const conversion = convert(parsed);
  if (conversion && 'problem' in conversion) return conversion;
  const plain = plainValue(parsed.document);
  if (!plain) return { problem: { line: 1, column: 1, message: 'Its aliases grow without end.' } };
  const checked = checkConfig(parsed, plain.value);
  if ('problem' in checked) return checked;
  return { ...checked, ...(conversion && { conversion }), positionOf: (path) => placeOf(path, { parsed, conversion }), parsed };
}

/** A key that was moved stands where it stood. */
function placeOf(path: readonly string[], { parsed, conversion }: { readonly parsed: ParsedYaml; readonly conversion: Conversion | undefined }): Position {
  const moved = conversion?.moved.findLast(({ to }) => to === path.join('.'));
  return moved ? { line: moved.line, column: moved.column } : positionOf(parsed, path);
}
