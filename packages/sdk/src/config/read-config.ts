import { readFile } from 'node:fs/promises';
import { IlabError } from '@ilab/core';
import type { Config } from './config-schema.ts';

/** A configuration file as read. */
export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly config: Config;
  /** As the file says; older major versions keep their models elsewhere, so nothing is taken from them here. */
  readonly version?: string;
}

/**
 * Reads a YAML configuration file; one that is not there is empty.
 * @throws IlabError E_BAD_CONFIG with file, line or key
 */
export async function readConfig(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  if (text === undefined) return { path, exists: false, config: {} };
  // Loaded only where there is a file: most starts have none, and its libraries cost milliseconds.
  const { parseConfig } = await import('./parse-config.ts');
  const parsed = parseConfig(text);
  if ('problem' in parsed) throw badConfig(path, parsed.problem);
  const version = parsed.config.version === undefined ? undefined : String(parsed.config.version);
  const config = version?.startsWith('1.') ? {} : parsed.config;
  return { path, exists: true, config, ...(version !== undefined && { version }) };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new IlabError('E_BAD_CONFIG', `The configuration ${path} can't be read.`, { hint: 'Check its permissions.', cause: error });
  }
}

function badConfig(path: string, problem: string): IlabError {
  return new IlabError('E_BAD_CONFIG', `The configuration ${path} is not valid: ${problem}`, {
    hint: 'Correct it, or move it away to start with the defaults.',
  });
}
