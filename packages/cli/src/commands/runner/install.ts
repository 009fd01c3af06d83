import type { RunnerEvent } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabCommand } from '../../ilab-command.ts';
import { findPlugin } from '../../parts/find-plugin.ts';
import { approval } from '../../plugins/approval.ts';
import { presentRunnerEvent } from '../../present/runner-event.ts';

export default class RunnerInstall extends IlabCommand {
  static override summary = 'Install a runner, which trains, evaluates or makes data.';
  static override description =
    'Brings the runner’s plugin, then makes the environment that it works in, from scratch where there is a broken one. That can take minutes and gigabytes: what it needs comes from the package index of its language.';
  static override examples = ['<%= config.bin %> <%= command.id %> lm-eval', '<%= config.bin %> <%= command.id %> ./my-runner'];
  static override args = { RUNNER: Args.string({ required: true, description: 'A name of `ilab runner list`, or a plugin: its folder, archive or package.' }) };

  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask whether a plugin of others may be added.' }) };

  async run(): Promise<readonly { readonly runner: string; readonly plugin: string; readonly version: string }[]> {
    const { args, flags } = await this.parse(RunnerInstall);
    const listed = (await (await this.ilab(flags)).runners.list()).map(({ runner, ...entry }) => ({ ...entry, name: runner }));
    const request = { given: args.RUNNER, kind: 'runner' as const, listed, plugins: this.plugins() };
    const approve = approval({ prompt: this.prompt(flags), yes: flags.yes, note: (line) => this.note(line), signal: this.signal });
    const plugin = await findPlugin(request, { dataDir: this.config.dataDir, signal: this.signal, approve });
    const ilab = await this.ilabWith(flags, plugin);
    const installed = [];
    for (const { runner } of plugin.runners) {
      const tell = flags.quiet ? () => undefined : (event: RunnerEvent) => this.note(presentRunnerEvent(event));
      await ilab.runners.install(runner, tell, { signal: this.signal });
      this.log(`${runner} is installed: ${plugin.name} ${plugin.version}`);
      installed.push({ runner, plugin: plugin.name, version: plugin.version });
    }
    return installed;
  }
}
