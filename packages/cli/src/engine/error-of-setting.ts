import { type ErrorCode, IlabError, isIlabError, type Setting } from '@ilab/sdk';
import { shellWord } from '../present/shell-word.ts';

/** What can be wrong with the name itself. */
const ABOUT_NAMES: readonly ErrorCode[] = ['E_NOT_FOUND', 'E_NOT_A_MODEL', 'E_BAD_REFERENCE', 'E_AMBIGUOUS', 'E_OFFLINE'];

/** What went wrong with a model that is set, and that nobody typed now: where it is set, and how to set another. Any other error is as it was. */
export function errorOfSetting(error: unknown, set: Setting | undefined): unknown {
  if (!set || set.origin === 'default' || !isIlabError(error) || !ABOUT_NAMES.includes(error.code)) return error;
  const { code, message, hint, details, retryable } = error;
  const { key, origin, line } = set;
  const inFile = origin.startsWith('file ');
  const place = inFile ? `${origin.slice('file '.length)}${line === undefined ? '' : `:${line}`}` : origin.replace('environment ', '');
  const near = Array.isArray(details?.['nearest']) ? details['nearest'][0] : undefined;
  return new IlabError(code, `${message} It is set as ${key} (${place}).`, {
    ...(hint !== undefined && { hint }),
    details: { ...details, setting: key, ...(inFile && typeof near === 'string' && { command: `ilab config set ${key} ${shellWord(near)}` }) },
    retryable,
    cause: error,
  });
}
