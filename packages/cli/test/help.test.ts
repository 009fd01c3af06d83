import type { Command } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { beforeAll, expect, it } from 'vitest';
import { ilab, load } from './in-process.ts';

/** Lines of a terminal that somebody reads help in. */
const SCREEN = 50;

let commands: readonly Command.Loadable[];
beforeAll(async () => {
  commands = (await Config.load(load)).commands.filter(({ hidden }) => hidden !== true);
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
