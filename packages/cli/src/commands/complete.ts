import { Command } from '@oclif/core/command';
import { answers } from '../completion/answers.ts';
import { knownCommand } from '../completion/known-command.ts';

/** What shells ask at every Tab, where plugins bring commands of their own. Its words are not its own flags, so nothing is parsed. */
export default class Complete extends Command {
  static override hidden = true;
  static override strict = false;
  static override summary = 'Answer a shell that completes.';

  async run(): Promise<void> {
    const found = await answers(this.argv, this.config.commands.map(knownCommand));
    for (const word of found) process.stdout.write(`${word}\n`);
  }
}
