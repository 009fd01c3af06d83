import type { Command, Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { beforeAll, expect, it } from 'vitest';
import { ilab, load } from './in-process.ts';

/** Lines of a terminal that somebody reads help in. */
const SCREEN = 50;

let config: Interfaces.Config;
let commands: Command.Loadable[];
beforeAll(async () => {
  config = await Config.load(load);
  commands = config.commands.filter(({ hidden }) => hidden !== true);
});

/** Options that are another program's, and go to it as they are, stand in a group of their own. */
function withoutOtherTools(help: string): string {
  return help.replace(/\nTORCHRUN FLAGS\n(?: .*\n)+/, '');
}

it('of every command fits one screen, and has an example', async () => {
  for (const { id, examples = [] } of commands) {
    const { stdout } = await ilab([...id.split(':'), '--help'], {});
    expect(withoutOtherTools(stdout).trimEnd().split('\n').length, `${id} has too long a help`).toBeLessThanOrEqual(SCREEN);
    if (id !== 'help') expect(examples.length, `${id} has no example`).toBeGreaterThan(0);
  }
});

it('has examples that are understood', async () => {
  for (const loadable of commands) {
    for (const words of (loadable.examples ?? []).flatMap((example) => callsIn(example, loadable.id))) {
      const named = loadable.id.split(':');
      expect(words.slice(0, named.length), `${loadable.id}: ${words.join(' ')}`).toEqual(named);
      const Class = await loadable.load();
      const command: Command = Reflect.construct(Class, [words.slice(named.length), config]);
      await expect(Reflect.get(command, 'parse').call(command, Class), words.join(' ')).resolves.toBeDefined();
      await Reflect.get(command, 'finally').call(command);
    }
  }
});

/** The words after `ilab`, wherever in an example it is called. */
function callsIn(example: Command.Example, id: string): readonly (readonly string[])[] {
  const text = (typeof example === 'string' ? example : example.command)
    .replaceAll('<%= config.bin %>', 'ilab')
    .replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
    .replaceAll('"$(', ' ; ')
    .replaceAll(')"', ' ; ');
  const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
  const calls: string[][] = [];
  let call: string[] | undefined;
  for (const word of words) {
    if (word === 'ilab') {
      call = [];
      calls.push(call);
    } else if ([';', '|', '<', '>', '&&'].includes(word)) call = undefined;
    else call?.push(word);
  }
  return calls;
}
