import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError } from '@ilab/sdk';
import { IlabCommand } from '../ilab-command.ts';
import { createPrompt } from '../terminal/prompt.ts';
import { askSecret, readSecret } from '../terminal/read-secret.ts';

export default class Login extends IlabCommand {
  static override summary = 'Log in to a registry or a Hub.';
  static override description =
    'The token or password is asked for without showing it, or read from standard input, checked with the host, and kept where other tools find it: for huggingface.co where `hf auth login` keeps it, for all other hosts in the files and helpers of Podman and Docker. It is only ever sent to this host.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> huggingface.co',
    '<%= config.bin %> <%= command.id %> huggingface.co --token-stdin < token',
    '<%= config.bin %> <%= command.id %> quay.io --username me --password-stdin < password',
  ];
  static override args = { HOST: Args.string({ name: 'HOST', description: 'As in references: huggingface.co, quay.io, hub.example:5000.', required: true }) };
  static override flags = {
    username: Flags.string({ char: 'u', summary: 'The user name, for registries.', helpValue: 'NAME' }),
    'token-stdin': Flags.boolean({ summary: 'Read the token or password from standard input; also --password-stdin.', aliases: ['password-stdin'] }),
  };

  async run(): Promise<Record<string, unknown>> {
    const { args, flags } = await this.parse(Login);
    const ilab = await this.ilab(flags);
    const found = await ilab.logins.find(args.HOST, { signal: this.signal });
    if (found.username && flags.username === undefined) {
      throw new IlabError('E_USAGE', `${found.host} wants a user name.`, { hint: `ilab login ${found.host} --username NAME` });
    }
    const secret = flags['token-stdin'] ? await readSecret() : await this.#ask(`${found.username ? 'Password' : 'Token'} for ${found.host}: `);
    const request = { host: found.host, secret, ...(flags.username !== undefined && { username: flags.username }) };
    const { host, user, place, notices } = await ilab.logins.login(request, { signal: this.signal });
    for (const notice of notices) this.note(notice);
    this.log(`Logged in to ${host} as ${user}; kept in ${place}.`);
    return { host, user, place, notices };
  }

  async #ask(question: string): Promise<string> {
    if (!createPrompt({ enabled: !this.jsonEnabled() }).interactive) {
      throw new IlabError('E_USAGE', 'Nobody is there to ask for the secret.', { hint: 'Give it on standard input, with --token-stdin.' });
    }
    const secret = await askSecret(question, this.signal);
    if (secret.trim() === '') throw new IlabError('E_USAGE', 'Nothing was given, and nothing was changed.');
    return secret.trim();
  }
}
