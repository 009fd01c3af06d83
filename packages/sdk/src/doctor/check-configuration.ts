import type { Check, Finding } from '@ilab/core';
import type { LoadedSettings } from '../config/setting.ts';

/** Which configuration is in force. One that can't be read ends every command before, with its line. */
export function checkConfiguration({ file, settings }: LoadedSettings): Check {
  const check = 'configuration';
  return {
    name: check,
    async run() {
      const changed = changedSettings(settings.filter(({ origin }) => origin !== 'default').length);
      if (!file.exists) return [{ check, state: 'ok', message: `${file.path} is not there; ${changed}.` }];
      const message = `${file.path} is valid; ${changed}.`;
      const remarks: Finding[] = (file.remarks ?? []).map((remark) => ({ check, state: 'warning', message: remark, advice: 'ilab config edit' }));
      if (!file.conversion) return [{ check, state: 'ok', message }, ...remarks];
      const old = `${file.path} is ${file.version === 'unversioned' ? 'of a version before 1.0.0' : `of version ${file.version}`}, and is read as such.`;
      return [
        { check, state: 'warning', message: old, advice: 'ilab config migrate --dry-run shows it in the current version, and without --dry-run writes that.' },
        ...remarks,
      ];
    },
  };
}

function changedSettings(count: number): string {
  if (count === 0) return 'every setting has its default';
  return count === 1 ? '1 setting is not the default' : `${count} settings are not defaults`;
}
