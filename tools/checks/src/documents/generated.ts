import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from './config-json-schema.ts';
import { deprecatedOptionsPage } from './deprecated-options.ts';
import { withSettings } from './settings-table.ts';

/** A document that is written, in whole or in part, from the code. */
export interface GeneratedDocument {
  /** Relative to the root. */
  readonly path: string;
  /** @returns what it should be, from what it is */
  readonly write: (now: string) => string;
}

export const GENERATED: readonly GeneratedDocument[] = [
  { path: 'docs/config.schema.json', write: configJsonSchema },
  { path: 'docs/configuration.md', write: withSettings },
  { path: 'docs/deprecated-options.md', write: deprecatedOptionsPage },
];

export function readDocument(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}
