import { resolve } from 'node:path';
import { IlabError } from '@ilab/core';
import { badConfig, readText } from './read-config.ts';

/** What a new configuration begins with, where an administrator keeps one. */
export interface GlobalTemplate {
  readonly path: string;
  /** Of the current version. */
  readonly text: string;
  /** The model to chat with, where it says one. */
  readonly model?: string;
}

/**
 * Reads the file that `ILAB_GLOBAL_CONFIG` names, of any version.
 * @returns undefined where the variable is not set
 * @throws IlabError E_BAD_CONFIG when it is not there, or not valid
 */
export async function globalTemplate({
  env,
  cwd,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): Promise<GlobalTemplate | undefined> {
  const given = env['ILAB_GLOBAL_CONFIG'];
  if (!given) return undefined;
  const path = resolve(cwd, given);
  const source = await readText(path);
  if (source === undefined) throw new IlabError('E_BAD_CONFIG', `ILAB_GLOBAL_CONFIG names ${path}, and nothing is there.`, { hint: ADVICE });
  const { migrateText } = await import('./migrate-text.ts');
  const { parseConfig } = await import('./parse-config.ts');
  const migrated = migrateText(source);
  if ('problem' in migrated) throw badConfig(path, migrated.problem, ADVICE);
  const parsed = parseConfig(migrated.text);
  if ('problem' in parsed) throw badConfig(path, parsed.problem, ADVICE);
  const model = parsed.config.chat?.model;
  return { path, text: migrated.text, ...(typeof model === 'string' && { model }) };
}

const ADVICE = 'Correct it, or unset ILAB_GLOBAL_CONFIG.';

/** A template with another model in it. */
export async function templateWith({ text, path }: GlobalTemplate, model: string): Promise<string> {
  const { setInText } = await import('./set-in-config.ts');
  let changed = text;
  for (const section of ['chat', 'serve']) {
    const set = setInText(changed, [section, 'model'], model);
    if (!('text' in set)) throw new IlabError('E_BAD_CONFIG', `${path} can’t take ${section}.model.`, { hint: ADVICE });
    changed = set.text;
  }
  return changed;
}
