import * as Args from '@oclif/core/args';
import { SCRIPTS, type Shell, SHELLS } from '../completion/scripts.ts';
import { IlabCommand } from '../ilab-command.ts';

export default class Completion extends IlabCommand {
  static override summary = 'Print what teaches your shell to complete commands, flags and models.';
  static override description =
    'It completes commands, flags and the words that they take, models and their versions, aliases, settings, engines and runners: what is here when Tab is pressed.';
  static override examples = [
    { description: 'bash, in ~/.bashrc', command: 'eval "$(<%= config.bin %> completion bash)"' },
    { description: 'zsh, in ~/.zshrc', command: 'eval "$(<%= config.bin %> completion zsh)"' },
    { description: 'fish', command: '<%= config.bin %> completion fish > ~/.config/fish/completions/ilab.fish' },
    { description: 'PowerShell, in $PROFILE', command: '<%= config.bin %> completion powershell | Out-String | Invoke-Expression' },
  ];
  static override args = { SHELL: Args.custom<Shell>({ options: [...SHELLS] })({ required: true, description: 'Your shell.' }) };

  async run(): Promise<{ readonly script: string }> {
    const { args } = await this.parse(Completion);
    const script = SCRIPTS[args.SHELL];
    this.log(script.trimEnd());
    return { script };
  }
}
