import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '@oclif/core';
import { knownNames } from '@ilab/sdk/names';
import { commandMetadata, flagsOfAll } from '../plugins/command-metadata.ts';
import { FirstWords, firstWord, ILAB } from '../plugins/first-words.ts';
import { byPrecedence } from '../plugins/precedence.ts';
import { answers } from './answers.ts';
import { type CommandMetadata, knownCommand } from './known-command.ts';

/**
 * Answers a shell that completes, without what runs commands: somebody waits at every Tab.
 * @param root where the package is, with its commands' metadata
 * @returns whether it did; not where a plugin that the user added brings commands as oclif loads them, all of which only oclif knows
 */
export async function complete(typed: readonly string[], root: string): Promise<boolean> {
  const plugins = await knownNames().plugins();
  if ((await Promise.all(plugins.map(bringsCommands))).includes(true)) return false;
  const { commands } = JSON.parse(await readFile(join(root, 'oclif.manifest.json'), 'utf8')) as { readonly commands: Readonly<Record<string, Command.Cached>> };
  const own = Object.values(commands);
  const words = new FirstWords(new Map(own.map(({ id }) => [firstWord(id), ILAB])));
  const declared = plugins.toSorted(byPrecedence).flatMap(({ name, commands: all }) => all.filter(({ command }) => words.take(command, name) === name));
  const everywhere = flagsOfAll(own);
  const known: readonly CommandMetadata[] = [...own, ...declared.map((one) => commandMetadata(one, everywhere))];
  const found = await answers(typed, known.map(knownCommand));
  process.stdout.write(found.map((word) => `${word}\n`).join(''));
  return true;
}

/** Code of the plugin's that oclif loads. */
async function bringsCommands({ root }: { readonly root: string }): Promise<boolean> {
  const { oclif } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly oclif?: { readonly commands?: unknown } };
  return oclif?.commands !== undefined;
}
