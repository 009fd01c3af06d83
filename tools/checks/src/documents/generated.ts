import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsPage } from './commands-page.ts';
import { configJsonSchema } from './config-json-schema.ts';
import { deprecatedOptionsPage } from './deprecated-options.ts';
import { withErrorCodes } from './error-codes-table.ts';
import { withSettings } from './settings-table.ts';

/** A document that is written, in whole or in part, from the code. */
export interface GeneratedDocument {
  /** Relative to the root. */
  readonly path: string;
  /** @returns what it should be, from what it is */
  readonly write: (now: string) => string | Promise<string>;
}

export const GENERATED: readonly GeneratedDocument[] = [
  { path: 'docs/commands.md', write: commandsPage },
  { path: 'docs/config.schema.json', write: configJsonSchema },
  { path: 'docs/configuration.md', write: withSettings },
  { path: 'docs/error-codes.md', write: withErrorCodes },
  { path: 'docs/deprecated-options.md', write: deprecatedOptionsPage },
];

export function readDocument(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}
