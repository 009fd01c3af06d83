import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';

const ROOT = fileURLToPath(new URL('../../../../packages/cli', import.meta.url));

let loaded: Promise<Interfaces.Config> | undefined;

/** The command line of the sources; read once. */
export function commandLine(): Promise<Interfaces.Config> {
  settings.enableAutoTranspile = false;
  const pjson = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8').replaceAll('./dist/', './src/'));
  loaded ??= Config.load({ root: ROOT, pjson, ignoreManifest: true });
  return loaded;
}

/** What people can see of it, by their names. */
export async function visibleCommands(): Promise<readonly Command.Loadable[]> {
  const { commands } = await commandLine();
  return commands.filter(({ hidden }) => hidden !== true).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `model:alias:set` as it is typed. */
export function wordsOf(id: string): string {
  return id.replaceAll(':', ' ');
}
