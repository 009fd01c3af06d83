import type { Command } from '@oclif/core';
import { commandLine } from './command-line.ts';

/** @returns why the command line would not take these words; nothing when it would */
export async function notUnderstood(words: readonly string[]): Promise<string | undefined> {
  if (words.length === 0 || /^(?:--version|-V|--help|-h)$/.test(words[0] ?? '')) return undefined;
  const config = await commandLine();
  const found = words.map((_, index) => words.slice(0, words.length - index)).find((start) => config.findCommand(start.join(':')) !== undefined);
  if (found === undefined) return config.findTopic(words[0] ?? '') && words.includes('--help') ? undefined : 'is no command';
  if (words.includes('--help')) return undefined;
  const Class = await config.findCommand(found.join(':'), { must: true }).load();
  const command: Command = Reflect.construct(Class, [words.slice(found.length), config]);
  try {
    await Reflect.get(command, 'parse').call(command, Class);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  } finally {
    await Reflect.get(command, 'finally').call(command);
  }
}
