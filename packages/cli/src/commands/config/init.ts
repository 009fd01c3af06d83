import * as Flags from '@oclif/core/flags';
import { configurationFile, detectHardware, type Hardware, IlabError, isIlabError, type SuggestedModel, suggestModels } from '@ilab/sdk';
import { writtenReference } from '../../config/written-reference.ts';
import { IlabCommand } from '../../ilab-command.ts';
import { presentHardware } from '../../present/hardware.ts';
import { printable } from '../../present/printable.ts';
import { formatBytes } from '../../present/units.ts';
import { modelFlag } from '../../references.ts';
import { createPrompt } from '../../terminal/prompt.ts';

/** More would be no question but a list. */
const MOST_HERE = 5;

/** Of InstructLab’s: where its profiles for kinds of machines were. */
const NOT_READ = ['ILAB_SYSTEM_PROFILE_DIR', 'ILAB_TRAIN_PROFILE_DIR'];

type Initialised = { readonly file: string; readonly model: string; readonly hardware: Hardware; readonly backup?: string };

export default class ConfigInit extends IlabCommand {
  static override summary = 'Write a configuration: asks for the model to begin with, and for nothing else.';
  static override description =
    'The model that suits this machine is offered first; without a terminal, or with --non-interactive, it is taken. What is not in the file has a default. Nothing is downloaded.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --non-interactive',
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab --force',
  ];
  static override flags = {
    model: modelFlag,
    'non-interactive': Flags.boolean({ summary: 'Do not ask.' }),
    force: Flags.boolean({ summary: 'Begin anew where there is a configuration; the old one is kept beside it.' }),
  };

  async run(): Promise<Initialised> {
    const { flags } = await this.parse(ConfigInit);
    const file = configurationFile();
    if (!flags.force) await file.mustBeNew();
    const hardware = await detectHardware();
    const template = await file.template();
    if (template) this.note(`It begins as ${template.path}, which ILAB_GLOBAL_CONFIG names.`);
    for (const name of NOT_READ.filter((variable) => process.env[variable]))
      this.warnUser(`${name} is set, and read no more: there are no profiles. What one says can be in the file that ILAB_GLOBAL_CONFIG names.`);
    const said = flags.model === undefined ? undefined : await this.#understood(flags.model, flags);
    const model = said ?? template?.model ?? (await this.#chosen(hardware, flags));
    const { backup } = await file.init({ ...(model !== template?.model && { model }), force: flags.force });
    if (backup !== undefined) this.note(`The old configuration is ${backup}.`);
    this.note(`The model to chat with and to serve is ${model}.`);
    this.log(file.path);
    return { file: file.path, model, hardware, ...(backup !== undefined && { backup }) };
  }

  /** @throws IlabError E_BAD_REFERENCE */
  async #understood(given: string, flags: Parameters<typeof this.ilab>[0] & { readonly force: boolean }): Promise<string> {
    try {
      const { models } = await this.ilab(flags);
      return writtenReference(models.parse(given), given);
    } catch (error) {
      // A configuration that is to be replaced may be one that can't be read.
      if (flags.force && isIlabError(error) && error.code === 'E_BAD_CONFIG') return given;
      throw error;
    }
  }

  async #chosen(
    hardware: Hardware,
    flags: Parameters<typeof this.ilab>[0] & { readonly 'non-interactive': boolean; readonly quiet: boolean },
  ): Promise<string> {
    const suggested = suggestModels(hardware);
    const [first] = suggested;
    const prompt = createPrompt({ enabled: !flags['non-interactive'] && !flags.quiet && !this.jsonEnabled() });
    if (!prompt.interactive && first) return first.reference;
    this.note(`This machine has ${presentHardware(hardware)}.`);
    const choices = new Map([...suggested.map(suggestion), ...(await this.#here(flags))]);
    const [fallback = ''] = choices.keys();
    const question = { message: 'Which model to begin with? Nothing is downloaded yet.', choices: [...choices.keys()], fallback };
    const reference = choices.get((await prompt.choose(question, { signal: this.signal })) ?? '');
    if (reference !== undefined) return reference;
    throw new IlabError('E_USAGE', 'Nothing was written.', { hint: 'Answer with a number of the list, or name a model with --model.' });
  }

  /** Models that are here already, the latest first; none where the configuration that is to be replaced can't be read. */
  async #here(flags: Parameters<typeof this.ilab>[0]): Promise<readonly (readonly [string, string])[]> {
    try {
      const { models } = await (await this.ilab(flags)).models.list({ signal: this.signal });
      const latest = [...models].sort((a, b) => (a.modified < b.modified ? 1 : -1)).slice(0, MOST_HERE);
      return latest.map(({ reference, size }) => [`${printable(reference)}  ${formatBytes(size)}, here`, reference]);
    } catch (error) {
      if (isIlabError(error) && error.code === 'E_BAD_CONFIG') return [];
      throw error;
    }
  }
}

function suggestion({ reference, bytes, about }: SuggestedModel): readonly [string, string] {
  return [`${reference}  ${formatBytes(bytes)}, ${about}`, reference];
}
