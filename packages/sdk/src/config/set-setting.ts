import { IlabError, isIlabError } from '@ilab/core';
import { badConfig, readText } from './read-config.ts';
import type { SetText } from './set-in-config.ts';
import { refuseFormerKey } from './former-keys.ts';

/**
 * Sets one key of a configuration file, which need not exist. What a valid file can't hold is not written.
 * @param value as it would be written in the file; where the setting is text, text
 * @returns the value as it is now read
 * @throws IlabError E_BAD_CONFIG when the file can't be read or written, or is not valid; E_USAGE when the setting can't have this value, or
 * the file is of an older version
 */
export async function setSetting(path: string, key: readonly string[], value: string): Promise<unknown> {
  return writing(path, () => set(path, key, value));
}

/**
 * Takes one key out of a configuration file.
 * @returns whether it was in there
 * @throws IlabError E_BAD_CONFIG when the file can't be read or written, or is not valid; E_USAGE when it is of an older version
 */
export async function unsetSetting(path: string, key: readonly string[]): Promise<boolean> {
  return writing(path, async () => {
    const before = await readText(path);
    const { removeInText } = await import('./set-in-config.ts');
    const result = before === undefined ? undefined : removeInText(before, key);
    if (!result) return false;
    await replaceWith(path, result);
    return true;
  });
}

async function set(path: string, key: readonly string[], value: string): Promise<unknown> {
  refuseFormerKey(key.join('.'));
  const before = await readText(path);
  const { setInText } = await import('./set-in-config.ts');
  return replaceWith(path, setInText(before, key, value), key.join('.'));
}

async function replaceWith(path: string, result: SetText, key?: string): Promise<unknown> {
  if ('problem' in result) throw badConfig(path, result.problem);
  if ('older' in result) {
    throw new IlabError('E_USAGE', `${path} is of version ${result.older}, and is not changed on the side.`, {
      hint: '`ilab config migrate --dry-run` shows it in the current version, and `ilab config migrate` writes that.',
    });
  }
  if ('refused' in result) {
    const { refused, instead } = result;
    throw new IlabError('E_USAGE', refused, {
      hint: '`ilab config show` tells the settings, and docs/configuration.md what they can be.',
      ...(instead !== undefined && { details: { typed: key, nearest: [instead] } }),
    });
  }
  const { replaceFile } = await import('./file/replace-file.ts');
  await replaceFile(path, result.text);
  return result.value;
}

/** Writes while no other ilab does; any failure is one that names the file. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    const { alone } = await import('./alone.ts');
    return await alone(path, write);
  } catch (error) {
    if (isIlabError(error)) throw error;
    throw new IlabError('E_BAD_CONFIG', `The configuration ${path} can't be written: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'Check the permissions of its directory, and the space on its disk.',
      cause: error,
    });
  }
}
