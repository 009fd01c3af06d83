import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { InstallingCommand } from '../../engine/installing-command.ts';

export default class RunnerInstall extends InstallingCommand {
  static override summary = 'Install a runner, which trains, evaluates or makes data.';
  static override description =
    'Brings the runner’s plugin, then makes the environment that it works in, from scratch where there is a broken one. That can take minutes and gigabytes: what it needs comes from the package index of its language.';
  static override examples = ['<%= config.bin %> <%= command.id %> lm-eval', '<%= config.bin %> <%= command.id %> ./my-runner'];
  static override args = { RUNNER: Args.string({ required: true, description: 'A name of `ilab runner list`, or a plugin: its folder, archive or package.' }) };

  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask whether a plugin of others may be added.' }) };

  async run(): Promise<readonly { readonly runner: string; readonly plugin: string; readonly version: string }[]> {
    const { args, flags } = await this.parse(RunnerInstall);
    const { name, version, runners } = await this.bringRunner(flags, args.RUNNER, { yes: flags.yes });
    for (const { runner } of runners) this.log(`${runner} is installed: ${name} ${version}`);
    return runners.map(({ runner }) => ({ runner, plugin: name, version }));
  }
}
