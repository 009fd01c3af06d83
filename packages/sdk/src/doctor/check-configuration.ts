import type { Check } from '@ilab/core';
import type { LoadedSettings } from '../config/setting.ts';

/** Which configuration is in force. One that can't be read ends every command before, with its line. */
export function checkConfiguration({ file, settings }: LoadedSettings): Check {
  const check = 'configuration';
  return {
    name: check,
    async run() {
      const changed = settings.filter(({ origin }) => origin !== 'default').length;
      if (!file.exists) return [{ check, state: 'ok', message: `${file.path} is not there: ${changed} settings are set elsewhere, the others are defaults.` }];
      if (!file.version?.startsWith('1.')) return [{ check, state: 'ok', message: `${file.path} is valid; ${changed} settings are not defaults.` }];
      const message = `${file.path} is of version ${file.version}, and its models are not taken from it.`;
      return [{ check, state: 'warning', message, advice: 'Set them in a configuration of version 2.0.0, under “models”.' }];
    },
  };
}
