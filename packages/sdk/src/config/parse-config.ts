import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { type Config, configSchema } from './config-schema.ts';

/** Reads the text of a configuration; a problem names the line, or the key. */
export function parseConfig(text: string): { readonly config: Config } | { readonly problem: string } {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) return { problem: error.message.split('\n')[0] ?? 'not YAML' };
  const parsed = v.safeParse(configSchema, document.toJS() ?? {});
  if (parsed.success) return { config: parsed.output };
  const [issue] = parsed.issues;
  return { problem: `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}` };
}
