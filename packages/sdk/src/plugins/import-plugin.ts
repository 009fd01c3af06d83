import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IlabError } from '@ilab/core';
import type { Plugin } from '@ilab/plugin-api';
import { apiVersionProblem } from './apart/api-version.ts';
import type { PluginPackage } from './plugin-package.ts';

/** Which module of a package has the code of one of its parts. */
export interface PluginModule {
  readonly plugin: PluginPackage;
  /** As its manifest has it, checked. */
  readonly entry: string;
}

/**
 * Imports a plugin and has it make one of its parts.
 * @param make undefined for what is no such part
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function makePart<Part>(module: PluginModule, make: (plugin: Plugin) => Part | undefined): Promise<Part> {
  let made: Part | undefined;
  try {
    made = make(await importPlugin(module));
  } catch (error) {
    throw broken(module, error);
  }
  if (made === undefined) throw broken(module);
  return made;
}

async function importPlugin({ plugin, entry }: PluginModule): Promise<Plugin> {
  const module: unknown = await import(pathToFileURL(entryPath(plugin.root, entry)).href);
  const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (!isPlugin(exported)) throw new Error('its entry exports no plugin');
  const problem = apiVersionProblem(exported.apiVersion);
  if (problem !== undefined) throw new Error(problem);
  return exported;
}

/** In a checkout nothing is built: the module's source stands in `src` under the same name. */
export function entryPath(root: string, entry: string): string {
  const inside = realpathSync(root);
  const source = join(inside, entry.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts'));
  const path = import.meta.url.endsWith('.ts') && existsSync(source) ? source : join(inside, entry);
  const real = realpathSync(path);
  if (!real.startsWith(inside + sep)) throw new Error('its entry leads out of the package');
  return real;
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && '$$type' in value && value.$$type === '@ilab/plugin';
}

export function broken({ plugin }: PluginModule, cause?: unknown): IlabError {
  const why = cause instanceof Error ? `: ${cause.message}` : ': what it made is not what it says';
  return new IlabError('E_PLUGIN_BROKEN', `The plugin ${plugin.name} ${plugin.version} can't be used${why}`, {
    hint: `Install it again: ilab plugins install ${plugin.name}`,
    cause,
  });
}
