import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { type ConvertedModel, GGUF_TYPES, IlabError } from '@ilab/sdk';
import { ModelCommand } from '../../engine/model-command.ts';
import type { FoundModel } from '../../engine/wanted-model.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { outputName } from '../../runner/output-name.ts';

export default class ModelConvert extends ModelCommand {
  static override summary = 'Convert safetensors to GGUF.';
  static override description =
    'Llama and Mistral models, and LoRA adapters on them; what is not known exactly is refused. The result lies below the checkpoints directory, with a note of what it was made of, unless --destination says otherwise. What is converted stays as it is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab --type q8_0',
    '<%= config.bin %> <%= command.id %> --model ./lora --base-model ./model --destination ./lora.gguf',
  ];
  static override flags = {
    model: modelFlag,
    'base-model': roleFlag('Of an adapter, the model that it is for; without it, what the adapter names.'),
    adapter: roleFlag('An adapter in the place of --model.'),
    type: Flags.option({ options: GGUF_TYPES, summary: 'What the weights become.', helpValue: GGUF_TYPES.join('|'), default: 'q8_0' as const })(),
    destination: Flags.string({ summary: 'The file, or the folder for it.', helpValue: 'PATH' }),
    pull: pullFlag,
  };

  async run(): Promise<ConvertedModel> {
    const { flags } = await this.parse(ModelConvert);
    // With both, the adapter is what is converted, and the model what it is for.
    const [wanted, of] = flags.adapter === undefined ? [flags.model, flags['base-model']] : [flags.adapter, flags['base-model'] ?? flags.model];
    // What an adapter calls its base is looked for where nobody says what it is.
    const role = of === undefined ? 'model' : 'adapter';
    const found = await this.findModels(flags, [
      { role, given: wanted, needed: true },
      { role: 'base-model', given: of },
    ]);
    const model = resolved(found.get(role));
    const base = found.get('base-model') ?? found.get('base');
    const ilab = await this.ilab(flags);
    const place = placeOf(flags, { name: model.name, checkpoints: ilab.config.show().models.checkpointsDir });
    await mkdir(place.folder, { recursive: true });
    const done = await ilab.models.convert({ model, type: flags.type, ...place, ...(base && { base: resolved(base) }) }, { signal: this.signal });
    if (!flags.quiet) this.note(`Made of ${done.parent}.`);
    this.log(done.path);
    return done;
  }
}

function placeOf(
  { destination, type }: { readonly destination?: string | undefined; readonly type: string },
  { name, checkpoints }: { readonly name: string; readonly checkpoints: string },
): { readonly folder: string; readonly file: string } {
  if (destination === undefined) return { folder: join(checkpoints, `${outputName(name, new Date())}`), file: `model-${type}.gguf` };
  const path = resolve(destination);
  return /\.gguf$/i.test(path) ? { folder: dirname(path), file: basename(path) } : { folder: path, file: `model-${type}.gguf` };
}

function resolved(found: FoundModel | undefined): Extract<FoundModel, { steps: unknown }> {
  if (found && 'steps' in found) return found;
  throw new IlabError('E_USAGE', 'A tokenizer alone can’t be converted.', { hint: 'Name a model.' });
}
