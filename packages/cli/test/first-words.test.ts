import { Config } from '@oclif/core/config';
import { beforeAll, describe, expect, it } from 'vitest';
import { refuseTakenCommands } from '../src/plugins/added-commands.ts';
import { load } from './in-process.ts';

let config: Config;
beforeAll(async () => {
  config = (await Config.load({ ...load, userPlugins: false })) as Config;
});

/** A plugin with a command that it declares, and perhaps one that oclif loads. */
const bringing = (name: string, command: string, ...commands: readonly string[]) => ({
  name,
  apart: [{ command, entry: './dist/index.js', summary: 'Says something.' }],
  commands,
});

describe('the first word of a plugin’s commands', () => {
  it('is its own, for as many commands as it likes', () => {
    expect(() => refuseTakenCommands([bringing('acme', 'acme report', 'acme sync'), bringing('other', 'other report')], config)).not.toThrow();
  });

  it.each([
    ['ilab', [bringing('acme', 'model report')], /acme can’t be used.*“model report”.*ilab itself/],
    ['ilab, where oclif loads the command', [bringing('acme', 'acme report', 'store clean')], /“store clean”.*ilab itself/],
    ['one that comes along', [bringing('acme', 'acme report'), bringing('other', 'acme compare')], /other can’t be used.*“acme compare”.*those of acme/],
  ])('is not that of %s', (_whose, plugins, says) => {
    expect(() => refuseTakenCommands(plugins, config)).toThrow(expect.objectContaining({ code: 'E_PLUGIN_BROKEN', message: expect.stringMatching(says) }));
  });
});
