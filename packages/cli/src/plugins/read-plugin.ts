import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { IlabError, isBundledName, type PluginPackage, type PluginParts, pluginParts } from '@ilab/sdk';
import { readCommands } from './oclif-parts.ts';

/** A package that says it is a plugin, and what it would bring. */
export interface FoundPlugin extends Omit<PluginParts, 'problem'> {
  readonly name: string;
  readonly version: string;
  readonly root: string;
  /** As they are typed: `shelf sync`. */
  readonly commands: readonly string[];
  /** Whether it takes the place of one that came with the program. */
  readonly supersedes: boolean;
}

/**
 * Reads a package's metadata; none of its code runs.
 * @param others plugins whose schemes, hosts and names it may not have
 * @returns undefined when it is a package of another kind
 * @throws IlabError E_PLUGIN_BROKEN when it is a plugin whose metadata can't be used
 */
export async function readPlugin(directory: string, others: readonly PluginPackage[] = []): Promise<FoundPlugin | undefined> {
  const root = await realpath(directory).catch(() => directory);
  const json = await readJson(join(root, 'package.json'));
  const { name, version, ilab: manifest, oclif } = json as { name?: string; version?: string; ilab?: unknown; oclif?: unknown };
  if (name === undefined || version === undefined || manifest === undefined || oclif === undefined) return undefined;
  const { problem, ...parts } = pluginParts({ name, version, root, manifest, type: 'user' }, others);
  if (problem !== undefined) throw new IlabError('E_PLUGIN_BROKEN', `${name} ${version} can't be used: ${problem}.`, { hint: 'Tell its author.' });
  return { name, version, root, ...parts, commands: await readCommands(root, { name, version, oclif }), supersedes: isBundledName(name) };
}

/** What a plugin brings, in a few words. */
export function describeParts({ registries, engines, runners, verifiers, donors, carriers, commands, apart }: FoundPlugin): string {
  const parts = [
    ...registries.flatMap(({ schemes }) => schemes.map((scheme) => `${scheme}://`)),
    ...engines.map(({ engine }) => `engine ${engine}`),
    ...runners.map(({ runner }) => `runner ${runner}`),
    ...verifiers.map(({ verifier }) => `verifier ${verifier}`),
    ...donors.map(({ donor }) => `donor ${donor}`),
    ...carriers.map(({ carrier }) => `carrier ${carrier}`),
    ...[...commands, ...apart.map(({ command }) => command)].map((command) => `ilab ${command}`),
  ];
  return parts.join(', ') || 'nothing';
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new IlabError('E_PLUGIN_BROKEN', `There is no package at ${path}.`, { hint: 'Name a folder with a package.json, or a package.', cause });
  }
}
