import { IlabError } from '@ilab/sdk';
import type { FoundPlugin } from '../plugins/read-plugin.ts';

type Engine = FoundPlugin['engines'][number];

/** What an engine needs, with one of its builds. @throws IlabError E_USAGE for one that it does not have */
export function withBuild({ engine, packages = {}, size, builds = {} }: Engine, build: string | undefined): Pick<Engine, 'packages' | 'size'> {
  if (build === undefined) return { packages, ...(size !== undefined && { size }) };
  const more = Object.hasOwn(builds, build) ? builds[build] : undefined;
  if (!more) {
    const names = Object.keys(builds);
    const hint = names.length === 0 ? 'Leave out --build.' : `It has: ${names.join(', ')}.`;
    throw new IlabError('E_USAGE', `${engine} has no build “${build}”.`, { hint, details: { builds: names } });
  }
  return { packages: { ...packages, ...more.packages }, ...(size !== undefined && { size: size + (more.size ?? 0) }) };
}
