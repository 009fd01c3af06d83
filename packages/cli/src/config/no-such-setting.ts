import { IlabError, SETTING_KEYS } from '@ilab/sdk';
import { closest } from 'fastest-levenshtein';

/** A key that nothing reads, with the one that was perhaps meant. */
export function noSuchSetting(key: string): IlabError {
  return new IlabError('E_USAGE', `There is no setting “${key}”.`, {
    hint: `Did you mean ${closest(key, SETTING_KEYS)}? \`ilab config show\` tells all of them.`,
  });
}
