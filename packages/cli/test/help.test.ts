import type { Command, Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { beforeAll, expect, it } from 'vitest';
import { presentPage } from '../src/help/page.ts';
import { HELP_PAGES } from '../src/help/pages/index.ts';
import { callsIn } from './calls-in.ts';
import { ilab, load } from './in-process.ts';

/** Lines of a terminal that somebody reads help in. */
const SCREEN = 50;

let config: Interfaces.Config;
let commands: readonly Command.Loadable[];
beforeAll(async () => {
  config = await Config.load(load);
  commands = config.commands.filter(({ hidden }) => hidden !== true);
});

const lengthOf = (text: string): number => text.trimEnd().split('\n').length;

it('of every command fits one screen, and has an example', async () => {
  expect(commands.length).toBeGreaterThan(40);
  for (const { id, examples = [] } of commands) {
    const { stdout } = await ilab([...id.split(':'), '--help'], {});
    expect(lengthOf(stdout), `${id} has too long a help`).toBeLessThanOrEqual(SCREEN);
    expect(examples.length, `${id} has no example`).toBeGreaterThan(0);
  }
});

it('of every topic, and of all, fits one screen', async () => {
  const topics = config.topics.filter(({ hidden, name }) => hidden !== true && commands.some(({ id }) => id.startsWith(`${name}:`)));
  expect(topics.map(({ name }) => name)).toEqual(expect.arrayContaining(['model', 'config', 'model:alias']));
  for (const words of [...topics.map(({ name }) => name.split(':')), []]) {
    const { stdout } = await ilab([...words, '--help'], {});
    expect(lengthOf(stdout), `${words.join(' ')} has too long a help`).toBeLessThanOrEqual(SCREEN);
  }
});

it.each(Object.entries(HELP_PAGES))('explains %s on one screen, with commands that are understood', async (name, page) => {
  const text = (await ilab(['help', name], {})).stdout;
  expect(lengthOf(text)).toBeLessThanOrEqual(SCREEN);
  expect(lengthOf(presentPage(page, 40))).toBeLessThanOrEqual(2 * SCREEN);
  const steps = page.parts.filter((part) => typeof part !== 'string').flat();
  const calls = steps.flatMap(([command]) => callsIn(command, ''));
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls) await understands(call);
});

/** Parses a command line as its command would. */
async function understands(words: readonly string[]): Promise<void> {
  const length = [3, 2, 1].find((count) => commands.some(({ id }) => id === words.slice(0, count).join(':'))) ?? 0;
  const loadable = commands.find(({ id }) => id === words.slice(0, length).join(':'));
  if (!loadable) return expect.unreachable(`there is no command ilab ${words.join(' ')}`);
  const Class = await loadable.load();
  const command: Command = Reflect.construct(Class, [words.slice(length), config]);
  await expect(Reflect.get(command, 'parse').call(command, Class), words.join(' ')).resolves.toBeDefined();
  await Reflect.get(command, 'finally').call(command);
}
