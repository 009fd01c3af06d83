import { IlabError, isIlabError } from '../errors/ilab-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { type NearestDeps, nearestNames, nearestVersion } from './nearest-names.ts';

/**
 * Does something with what a value names. Where that is nowhere to be found, the error says which names here are like it:
 * `details.typed` is the value, `details.nearest` are the names, the most alike first.
 */
export async function namingNearest<T>(deps: NearestDeps, value: string, options: CallOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isIlabError(error) || !isAboutName(error)) throw error;
    const near = offeredVersion(error, value) ?? (await nearestNames(deps, value, options));
    throw near.length === 0 ? error : withNearest(error, value, near);
  }
}

/** Not where a repository lacks a file: another one is not what was meant. A name that was looked up has been told of already. */
function isAboutName({ code, side, details = {} }: IlabError): boolean {
  return (code === 'E_NOT_FOUND' || code === 'E_OFFLINE') && side === undefined && details['nearest'] === undefined && details['selector'] === undefined;
}

/** A registry that lacks a version says which it has. */
function offeredVersion({ details = {} }: IlabError, value: string): readonly string[] | undefined {
  const { version, versions } = details;
  if (typeof version !== 'string' || !Array.isArray(versions)) return undefined;
  const names = versions.filter((name) => typeof name === 'string');
  const near = nearestVersion(version, names);
  const at = value.lastIndexOf(version);
  if (near === undefined || at === -1) return [];
  return [value.slice(0, at) + near + value.slice(at + version.length)];
}

function withNearest(error: IlabError, typed: string, nearest: readonly string[]): IlabError {
  const { code, message, hint, details, retryable } = error;
  return new IlabError(code, message, {
    hint: `Did you mean ${nearest.join(' or ')}?${hint === undefined ? '' : ` ${hint}`}`,
    details: { ...details, typed, nearest },
    retryable,
    cause: error,
  });
}
