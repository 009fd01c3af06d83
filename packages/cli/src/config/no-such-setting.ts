import { type IlabError, refuseFormerKey, SETTING_KEYS } from '@ilab/sdk';
import { noSuchName } from '../no-such-name.ts';

/** A key that nothing reads, with the one that was perhaps meant. */
export function noSuchSetting(key: string): IlabError {
  refuseFormerKey(key);
  return noSuchName(`There is no setting “${key}”.`, { typed: key, names: SETTING_KEYS, otherwise: 'All of them: ilab config show', code: 'E_USAGE' });
}
