import { homedir } from 'node:os';
import { IlabError } from '@ilab/core';
import type { Conversion } from './convert/convert.ts';
import { type GlobalTemplate, globalTemplate, templateWith } from './global-template.ts';
import { keyPath } from './key-path.ts';
import { configPath, type SettingSources } from './load-settings.ts';
import { badConfig, readText, remarkOn } from './read-config.ts';
import { setSetting, unsetSetting, writing } from './set-setting.ts';

export interface MigratedConfiguration {
  readonly path: string;
  /** What was done; absent where the file is of the current version already. */
  readonly conversion?: Conversion;
  readonly before: string;
  readonly after: string;
  /** The old file, kept beside the new one. */
  readonly backup?: string;
}

/** The configuration file, as commands that change it see it: it need not be valid, or there. */
export interface ConfigurationFile {
  /** Absolute. */
  readonly path: string;
  /** @throws IlabError E_BAD_CONFIG when it is there and can't be read */
  read(): Promise<string | undefined>;
  /**
   * Whether a text would be a valid configuration. @throws IlabError E_BAD_CONFIG with line, column and key; `as` is the file that it names
   * @returns what there is to say of it all the same: keys that look like a slip of the pen, by line and column
   */
  check(text: string, as?: string): Promise<readonly string[]>;
  /** Writes a valid text in place of what was read, whole. @throws IlabError E_BAD_CONFIG; E_CONFLICT when something else is there by now */
  replace(text: string, before: string | undefined): Promise<void>;
  /**
   * Brings the file to the current version; the old one is kept beside it.
   * @throws IlabError E_BAD_CONFIG when it is not valid, and then nothing was written; E_NOT_FOUND when there is none
   */
  migrate(request?: { readonly dryRun?: boolean }): Promise<MigratedConfiguration>;
  /** @throws IlabError E_USAGE, E_BAD_CONFIG. @returns the value as it is now read */
  set(key: string, value: string): Promise<unknown>;
  /** Takes a key out. @returns whether it was in there. @throws IlabError E_USAGE, E_BAD_CONFIG */
  unset(key: string): Promise<boolean>;
  /** @throws IlabError E_USAGE when there is one, which `init` would refuse to replace */
  mustBeNew(): Promise<void>;
  /** What `init` begins with, where an administrator keeps something: what `ILAB_GLOBAL_CONFIG` names. @throws IlabError E_BAD_CONFIG */
  template(): Promise<GlobalTemplate | undefined>;
  /**
   * A new file: the template, with `model` in it where one is named.
   * @throws IlabError E_USAGE when there is one and `force` is not said, or neither a template nor a model
   * @returns its text, and where the one before is kept
   */
  init(request: { readonly model?: string; readonly force?: boolean }): Promise<{ readonly text: string; readonly backup?: string }>;
}

/** Opens the configuration file of this user, or the one that `ILAB_CONFIG` names. */
export function configurationFile(sources: Partial<Pick<SettingSources, 'env' | 'home' | 'cwd'>> = {}): ConfigurationFile {
  const { env = process.env, home = homedir(), cwd = process.cwd() } = sources;
  const path = configPath({ env, home, cwd });
  const changing = <T>(change: () => Promise<T>): Promise<T> => writing(path, change);
  const file: ConfigurationFile = {
    path,
    read: () => readText(path),
    async check(text, as = path) {
      const { parseConfig } = await import('./parse-config.ts');
      const parsed = parseConfig(text);
      if ('problem' in parsed) throw badConfig(as, parsed.problem);
      return parsed.unknown.map((one) => remarkOn(one, as));
    },
    async replace(text, before) {
      await file.check(text);
      const { replaceFile } = await import('./file/replace-file.ts');
      await changing(async () => {
        if ((await file.read()) !== before) throw new IlabError('E_CONFLICT', `${path} was changed by somebody else meanwhile.`);
        await replaceFile(path, text);
      });
    },
    migrate: ({ dryRun = false } = {}) => (dryRun ? migrate(path, { dryRun }) : changing(() => migrate(path, { dryRun }))),
    set: (key, value) => setSetting(path, keyPath(key), value),
    unset: (key) => unsetSetting(path, keyPath(key)),
    async mustBeNew() {
      if ((await file.read()) === undefined) return;
      throw new IlabError('E_USAGE', `There is a configuration: ${path}.`, {
        hint: 'Change it with `ilab config set` or `edit`, bring an older one to the current version with `migrate`, or say --force to begin anew; the old one is then kept beside it.',
      });
    },
    template: () => globalTemplate({ env, cwd }),
    init: ({ model, force = false }) =>
      changing(async () => {
        if (!force) await file.mustBeNew();
        const before = await file.read();
        const text = await newText(await file.template(), model);
        const { keepBeside, replaceFile } = await import('./file/replace-file.ts');
        const backup = before === undefined ? undefined : await keepBeside(path, before, 'bak');
        await replaceFile(path, text);
        return { text, ...(backup !== undefined && { backup }) };
      }),
  };
  return file;
}

async function newText(template: GlobalTemplate | undefined, model: string | undefined): Promise<string> {
  if (template) return model === undefined ? template.text : templateWith(template, model);
  if (model === undefined) throw new IlabError('E_USAGE', 'No model is named.', { hint: 'Name one with --model.' });
  const { newConfig } = await import('./new-config.ts');
  return newConfig(model);
}

async function migrate(path: string, { dryRun }: { readonly dryRun: boolean }): Promise<MigratedConfiguration> {
  const before = await readText(path);
  if (before === undefined) throw new IlabError('E_NOT_FOUND', `There is no configuration at ${path}.`, { hint: '`ilab config init` writes one.' });
  const { migrateText } = await import('./migrate-text.ts');
  const migrated = migrateText(before);
  if ('problem' in migrated) throw badConfig(path, migrated.problem, 'Correct it there, for example with `ilab config edit`; nothing was written.');
  const { text: after, conversion } = migrated;
  if (!conversion) return { path, before, after };
  if (dryRun) return { path, before, after, conversion };
  const { keepBeside, replaceFile } = await import('./file/replace-file.ts');
  const backup = await keepBeside(path, before, `${conversion.from}.bak`);
  await replaceFile(path, after);
  return { path, before, after, conversion, backup };
}
