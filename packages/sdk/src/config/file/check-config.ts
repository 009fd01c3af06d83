import * as v from 'valibot';
import { type Config, configSchema } from '../schema/config-schema.ts';
import type { ParsedYaml, Problem } from './parse-yaml.ts';
import { dotted, positionOf } from './position-of.ts';
import { listAsSection, unknownKeys } from './unknown-keys.ts';

export interface CheckedConfig {
  readonly config: Config;
  /** Keys that nothing reads. */
  readonly unknown: readonly Problem[];
}

/** Holds the plain value of a file against the schema. A slip of the pen in `models` is a problem; elsewhere the key may be another tool's. */
export function checkConfig(parsed: ParsedYaml, value: unknown): CheckedConfig | { readonly problem: Problem } {
  const list = listAsSection(value);
  if (list !== undefined)
    return { problem: { ...positionOf(parsed, list.split('.')), key: list, message: `${list} must be a section with keys, not a list.` } };
  const checked = v.safeParse(configSchema, value);
  if (!checked.success) return { problem: problemOf(checked.issues[0], parsed) };
  const unknown = unknownKeys(checked.output)
    .map(({ path, instead, isProblem }) => ({
      ...positionOf(parsed, path),
      key: dotted(path),
      ...(instead !== undefined && { instead }),
      isProblem,
      message: `There is no setting ${dotted(path)}${instead === undefined ? ', and nothing reads it' : `. Did you mean ${instead}`}${instead === undefined ? '.' : '?'}`,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const slip = unknown.find(({ isProblem }) => isProblem);
  if (slip) return { problem: slip };
  return { config: checked.output, unknown };
}

function problemOf(issue: v.BaseIssue<unknown>, parsed: ParsedYaml): Problem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const key = dotted(path);
  const name = key || 'The file';
  const message = issue.message.startsWith('must') ? `${name} ${issue.message}, not ${shown(issue.input)}` : `${name}: ${issue.message}`;
  return { ...positionOf(parsed, path), key, message: message.replace(/\.?$/, '.') };
}

/** A value in a sentence; of what is longer, its kind. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : value.length <= 40 ? `“${value}”` : `“${value.slice(0, 40)}…”`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a mapping' : String(value);
}
