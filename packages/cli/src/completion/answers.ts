import { knownNames, type KnownNames, type SettingDescription, SETTING_KEYS, SETTINGS } from '@ilab/sdk/names';
import { takesReference } from '../config/takes-reference.ts';
import { candidates, type Where } from './candidates.ts';
import type { Kind, KnownCommand } from './known-command.ts';
import { modelNames } from './model-names.ts';

/** What can stand under the cursor, by what is on this machine. Whatever goes wrong is no answer: nobody reads errors in the middle of a line. */
export async function answers(words: readonly string[], commands: readonly KnownCommand[]): Promise<readonly string[]> {
  try {
    // Windows PowerShell hands on no empty word, so that a blank stands for it.
    return await candidates({ words: words.map((word) => word.trimStart()), commands, names: (kind, where) => NAMES[kind](where) });
  } catch {
    return [];
  }
}

const NAMES: Readonly<Record<Exclude<Kind, 'command'>, (where: Where) => Promise<readonly string[]>>> = {
  model: async ({ typed, stores }) => {
    const names = namesIn(stores);
    return [...(await names.aliases()), ...modelNames(typed, await names.models())];
  },
  alias: () => knownNames().aliases(),
  engine: () => knownNames().engines(),
  runner: () => knownNames().runners(),
  plugin: async () => (await knownNames().plugins()).map(({ name }) => name),
  collection: () => knownNames().collections(),
  setting: () => Promise.resolve(SETTING_KEYS),
  'setting value': async ({ args: [key = ''], ...where }) => {
    if (takesReference(key)) return NAMES.model({ ...where, args: [] });
    const { values, fallback }: Partial<SettingDescription> = SETTINGS[key as keyof typeof SETTINGS] ?? {};
    return values ?? (typeof fallback === 'boolean' ? ['true', 'false'] : []);
  },
};

function namesIn([dir, ...extraDirs]: readonly string[]): KnownNames {
  return knownNames({ settings: { ...(dir !== undefined && { dir }), ...(extraDirs.length > 0 && { extraDirs }) } });
}
