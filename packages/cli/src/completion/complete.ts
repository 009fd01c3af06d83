import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownNames } from '@ilab/sdk/names';
import { answers } from './answers.ts';
import { type CommandMetadata, knownCommand } from './known-command.ts';

/**
 * Answers a shell that completes, without what runs commands: somebody waits at every Tab.
 * @param root where the package is, with its commands' metadata
 * @returns whether it did; not where a plugin that the user added brings commands, all of which only oclif knows
 */
export async function complete(words: readonly string[], root: string): Promise<boolean> {
  const added = await knownNames().plugins();
  if ((await Promise.all(added.map(bringsCommands))).includes(true)) return false;
  const { commands } = JSON.parse(await readFile(join(root, 'oclif.manifest.json'), 'utf8')) as {
    readonly commands: Readonly<Record<string, CommandMetadata>>;
  };
  const found = await answers(words, Object.values(commands).map(knownCommand));
  process.stdout.write(found.map((word) => `${word}\n`).join(''));
  return true;
}

async function bringsCommands({ root }: { readonly root: string }): Promise<boolean> {
  const { oclif } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly oclif?: { readonly commands?: unknown } };
  return oclif?.commands !== undefined;
}
