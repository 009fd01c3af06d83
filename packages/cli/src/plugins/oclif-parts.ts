import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IlabError } from '@ilab/sdk';

const ID = /^[a-z][a-z0-9:_-]{0,80}$/;

/**
 * The commands that a plugin adds, by the list that it brings of them: without it, its code would have to run at every start to ask.
 * @throws IlabError E_PLUGIN_BROKEN for what would run without being asked for: hooks, and plugins of the plugin
 */
export async function readCommands(
  root: string,
  { name, version, oclif }: { readonly name: string; readonly version: string; readonly oclif: unknown },
): Promise<readonly string[]> {
  const { hooks, plugins, commands } = (typeof oclif === 'object' && oclif !== null ? oclif : {}) as Readonly<Record<string, unknown>>;
  if (hooks !== undefined) throw refused(name, 'it has hooks, which would run at every command');
  if (plugins !== undefined) throw refused(name, 'it brings other plugins along; each has to be installed by itself');
  if (commands === undefined) return [];
  const listed = await readList(root, version);
  if (!listed) throw refused(name, 'it has commands, and no oclif.manifest.json of its version that lists them');
  const ids = Object.keys(listed);
  if (!ids.every((id) => ID.test(id))) throw refused(name, 'a command of it has no name that can be one');
  return ids.map((id) => id.replaceAll(':', ' '));
}

/** oclif goes by no list of another version: it would load the commands to see what they are. */
async function readList(root: string, version: string): Promise<object | undefined> {
  try {
    const { commands, version: listed } = JSON.parse(await readFile(join(root, 'oclif.manifest.json'), 'utf8')) as { commands?: unknown; version?: unknown };
    if (listed !== version) return undefined;
    return typeof commands === 'object' && commands !== null ? commands : undefined;
  } catch {
    return undefined;
  }
}

function refused(name: string, why: string): IlabError {
  return new IlabError('E_PLUGIN_BROKEN', `${name} can’t be used: ${why}.`, { hint: 'Tell its author.' });
}
