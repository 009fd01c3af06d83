import * as Args from '@oclif/core/args';
import { IlabCommand } from '../ilab-command.ts';

export default class Logout extends IlabCommand {
  static override summary = 'Forget the login to a registry or a Hub.';
  static override description =
    'Takes the credential away from where `ilab login` keeps it, also if another tool put it there. It stays good at the host until it is revoked there.';
  static override examples = ['<%= config.bin %> <%= command.id %> quay.io'];
  static override args = { HOST: Args.string({ name: 'HOST', description: 'As in references: huggingface.co, quay.io, hub.example:5000.', required: true }) };

  async run(): Promise<Record<string, unknown>> {
    const { args, flags } = await this.parse(Logout);
    const ilab = await this.ilab(flags);
    const { host, places, notices } = await ilab.logins.logout(args.HOST, { signal: this.signal });
    for (const notice of notices) this.note(notice);
    this.log(places.length === 0 ? `Nothing was stored for ${host}.` : `Logged out of ${host}: removed from ${places.join(' and ')}.`);
    return { host, places, notices };
  }
}
