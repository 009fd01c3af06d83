import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { Help as HelpPages } from '@oclif/core/help';

/** `ilab help model list` says what `ilab model list --help` says. */
export default class Help extends Command {
  static override summary = 'Show help for a command.';
  static override strict = false;
  static override args = { COMMAND: Args.string({ description: 'The command.' }) };

  async run(): Promise<void> {
    await new HelpPages(this.config, this.config.pjson.oclif.helpOptions).showHelp(this.argv);
  }
}
