import { IlabError } from '../errors/ilab-error.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';

/** Whether an error says that a model is not here, which a store that is offline could change. */
export function mayBeOffline({ code }: IlabError): boolean {
  return code === 'E_NOT_FOUND' || code === 'E_OFFLINE';
}

export async function offlineTiers(cache: Pick<Cache, 'listing'>, options: CallOptions): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const item of cache.listing(options)) if (item.kind === 'offline') paths.push(item.path);
  return paths;
}

/** The same error, saying where the model may be as well: nobody can know what a store holds that is not there. */
export function withOfflineTiers(error: IlabError, tiers: readonly string[]): IlabError {
  if (tiers.length === 0) return error;
  const { code, message, hint, details, retryable } = error;
  const verb = tiers.length === 1 ? 'is' : 'are';
  return new IlabError(code, `${message} It may be in ${tiers.join(' or ')}, which ${verb} offline.`, {
    hint: `Mount ${tiers.length === 1 ? 'it' : 'them'} and try again.${hint === undefined ? '' : ` ${hint}`}`,
    details: { ...details, offline: tiers },
    retryable,
    cause: error,
  });
}
