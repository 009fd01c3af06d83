import { IlabError } from '../errors/ilab-error.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { RemoteVersion } from '../model/snapshot.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Registries } from '../ports/registries.ts';
import { sourceNamed } from '../reference/grammar.ts';
import { orderVersions } from '../resolver/order-versions.ts';

/** A version that a registry offers, and whether it is here. */
export interface OfferedVersion extends RemoteVersion {
  readonly here: boolean;
}

/**
 * What versions a repository has at its registry, in the order in which somebody looks for one: see `orderVersions`.
 * @throws IlabError as `Registry.versions`; E_USAGE when the source can't list versions
 */
export async function listVersions(
  deps: { readonly registries: Registries; readonly cache: Cache },
  reference: RemoteReference,
  options: CallOptions,
): Promise<readonly OfferedVersion[]> {
  const registry = await deps.registries.open(reference.adapter, options);
  if (!registry.versions) {
    throw new IlabError('E_USAGE', `The source “${reference.adapter}” can't list versions.`, { hint: 'Name the version you want.' });
  }
  const id = { source: registry.source, host: reference.host, repository: reference.repository };
  const here = await versionsHere(deps.cache, id, options);
  const offered: OfferedVersion[] = [];
  for await (const version of registry.versions(id, options)) offered.push({ ...version, here: here.has(version.name) });
  return orderVersions(offered, { defaultVersion: sourceNamed(reference.adapter, deps.registries)?.defaultVersion });
}

async function versionsHere(cache: Cache, id: { host: string; repository: string }, options: CallOptions): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const item of cache.items(options)) {
    if (item.kind !== 'repository' || item.id.host !== id.host || item.id.repository !== id.repository) continue;
    for (const record of item.versions) names.add(record.name);
  }
  return names;
}
