import { mkdir, rmdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { type ConvertedModel, GGUF_TYPES, IlabError, QUANTISATIONS, type ResolvedModel } from '@ilab/sdk';
import { ModelCommand } from '../../engine/model-command.ts';
import type { FoundModel } from '../../engine/wanted-model.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { makeOutput, outputName } from '../../runner/output-name.ts';

export default class ModelConvert extends ModelCommand {
  static override summary = 'Convert safetensors to GGUF.';
  static override description =
    'Llama and Mistral models, and LoRA adapters on them. What is not known exactly is left to llama.cpp’s own converter, where that is on the PATH or in the folder that LLAMA_CPP_DIR names; else it is refused. The result lies below the checkpoints directory, with a note of what it was made of, unless --destination says otherwise. What is converted stays as it is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab --type q8_0',
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab --quantize Q4_K_M',
    '<%= config.bin %> <%= command.id %> --model ./lora --base-model ./model --destination ./lora.gguf',
  ];
  static override flags = {
    model: modelFlag,
    'base-model': roleFlag('Of an adapter, the model that it is for; without it, what the adapter names.'),
    adapter: roleFlag('An adapter in the place of --model.'),
    type: Flags.option({ options: GGUF_TYPES, summary: 'What the weights become.', helpValue: GGUF_TYPES.join('|'), default: 'q8_0' as const })(),
    quantize: Flags.option({
      options: QUANTISATIONS,
      summary: 'What llama.cpp’s llama-quantize makes of them, where that is found; also of a GGUF file.',
      helpValue: 'NAME',
      exclusive: ['type'],
    })(),
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
    const type = flags.quantize ?? flags.type;
    const place = await makePlace({ ...flags, type }, { model, checkpoints: ilab.config.show().models.checkpointsDir });
    const request = { model, type, ...place, ...(base && { base: resolved(base) }) };
    const done = await ilab.models.convert(request, { signal: this.signal }).catch(async (error: unknown) => {
      // Of what was refused not even an empty folder stays; one with something in it is not removed.
      await rmdir(place.folder).catch(() => undefined);
      throw error;
    });
    if (!flags.quiet) this.note(madeOf(done));
    this.log(done.path);
    return done;
  }
}

interface Place {
  readonly folder: string;
  readonly file: string;
  readonly tracked: boolean;
}

/** A file that is named stands where it is told to, and nothing is noted beside it: the folder may hold anything. */
async function makePlace(
  { destination, type }: { readonly destination?: string | undefined; readonly type: string },
  { model, checkpoints }: { readonly model: Pick<ResolvedModel, 'name' | 'format'>; readonly checkpoints: string },
): Promise<Place> {
  // Adapters are small, and stay exact.
  const file = model.format === 'adapter' ? 'adapter-f32.gguf' : `model-${type.toLowerCase()}.gguf`;
  if (destination === undefined) return { folder: await makeOutput(checkpoints, outputName(model.name, new Date())), file, tracked: true };
  const path = resolve(destination);
  const place = /\.gguf$/i.test(path) ? { folder: dirname(path), file: basename(path), tracked: false } : { folder: path, file, tracked: true };
  await mkdir(place.folder, { recursive: true });
  return place;
}

function madeOf({ parent, by, refused }: ConvertedModel): string {
  const why = refused === undefined ? '' : `, since ${refused}`;
  return by === 'ilab' ? `Made of ${parent}.` : `Made of ${parent} by llama.cpp’s own tools${why}.`;
}

function resolved(found: FoundModel | undefined): Extract<FoundModel, { steps: unknown }> {
  if (found && 'steps' in found) return found;
  throw new IlabError('E_USAGE', 'A tokenizer alone can’t be converted.', { hint: 'Name a model.' });
}
