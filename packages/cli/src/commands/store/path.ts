import { IlabCommand } from '../../ilab-command.ts';

export default class StorePath extends IlabCommand {
  static override summary = 'Print the models directory.';
  static override examples = ['<%= config.bin %> <%= command.id %>', 'du -sh "$(<%= config.bin %> <%= command.id %>)"'];

  async run(): Promise<{ readonly path: string }> {
    const { flags } = await this.parse(StorePath);
    const { store } = await this.ilab(flags);
    this.log(store.directory);
    return { path: store.directory };
  }
}
