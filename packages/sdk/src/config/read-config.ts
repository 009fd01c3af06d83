import { readFile } from 'node:fs/promises';
import { IlabError } from '@ilab/core';
import type { Problem } from './file/parse-yaml.ts';
import type { ParsedConfig } from './parse-config.ts';
import type { Config } from './schema/config-schema.ts';

/** A configuration file as read. */
export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly config: Config;
  /** As the file says it. */
  readonly version?: string;
  /** More of it, where there is a file. */
  readonly parsed?: ParsedConfig;
}

/**
 * Reads a configuration file of any version, converted in memory; one that is not there is empty.
 * @throws IlabError E_BAD_CONFIG with file, line, column and key
 */
export async function readConfig(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  if (text === undefined) return { path, exists: false, config: {} };
  // Loaded only where there is a file: most starts have none, and its libraries cost milliseconds.
  const { parseConfig } = await import('./parse-config.ts');
  const parsed = parseConfig(text);
  if ('problem' in parsed) throw badConfig(path, parsed.problem);
  const { version = parsed.conversion?.from } = parsed.conversion ? { version: parsed.conversion.from } : { version: parsed.config.version ?? undefined };
  return { path, exists: true, config: parsed.config, ...(version !== undefined && { version: String(version) }), parsed };
}

/** The text of a file; undefined when there is none. @throws IlabError E_BAD_CONFIG when it can't be read */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new IlabError('E_BAD_CONFIG', `The configuration ${path} can't be read.`, { hint: 'Check its permissions.', cause: error });
  }
}

/** A problem as it is told: `file:line:column`, as editors understand it. */
export function badConfig(
  path: string,
  { line, column, key, message }: Problem,
  hint = 'Correct it, for example with `ilab config edit`, or move it away to start with the defaults.',
): IlabError {
  return new IlabError('E_BAD_CONFIG', `${path}:${line}:${column}: ${message}`, {
    hint,
    details: { file: path, line, column, ...(key !== undefined && { key }) },
  });
}

/** The same of what does not stop anybody. */
export function remarkOn({ line, column, message }: Problem, path: string): string {
  return `${path}:${line}:${column}: ${message}`;
}
