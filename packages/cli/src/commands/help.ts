import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import IlabHelp from '../help/ilab-help.ts';
import { presentPage } from '../help/page.ts';
import { HELP_PAGES } from '../help/pages/index.ts';
import { terminalWidth } from '../present/terminal-width.ts';

/** `ilab help model list` says what `ilab model list --help` says. */
export default class Help extends Command {
  static override summary = 'Show help for a command, or explain something.';
  static override description = `Explained are ${Object.keys(HELP_PAGES).join(', ')}.`;
  static override examples = ['<%= config.bin %> <%= command.id %> model list', '<%= config.bin %> <%= command.id %> references'];
  static override strict = false;
  static override args = { COMMAND: Args.string({ description: 'The command, or what to explain.' }) };

  async run(): Promise<void> {
    // Words are no arguments of its own.
    this.parsed = true;
    const [name = '', ...more] = this.argv;
    const page = more.length === 0 && Object.hasOwn(HELP_PAGES, name) ? HELP_PAGES[name] : undefined;
    if (page) process.stdout.write(`${presentPage(page, terminalWidth(process.stdout))}\n`);
    else await new IlabHelp(this.config, this.config.pjson.oclif.helpOptions).showHelp(this.argv);
  }
}
