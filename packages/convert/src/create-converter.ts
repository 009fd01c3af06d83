import { type Converted, type Converter, type ConverterOptions, GGUF_TYPES, type GgufType, IlabError, isIlabError, type Quantisation } from '@ilab/core';
import { convertAdapter } from './convert-adapter.ts';
import { convertModel } from './convert-model.ts';
import { delegateAdapter, delegateModel, findAdapterConverter, findConverter, type ModelToDelegate, quantise, weightsOf } from './llama-cpp/delegate.ts';
import { needTool, type Tool, type Variables } from './llama-cpp/find-tool.ts';
import { refusal } from './refused.ts';
import { exactType } from './source/exact-type.ts';
import { withScratch } from './whole-file.ts';

/** Converts by itself what it knows exactly, and leaves the rest to llama.cpp's own tools, where they are found in `env`. */
export function createConverter({ env }: { readonly env: Variables }): Converter {
  const model = (request: ModelToDelegate, options: ConverterOptions): Promise<Converted> =>
    orDelegate(() => convertModel(request, options), {
      find: () => findConverter(env),
      delegate: (by) => delegateModel({ by, env, request }, options),
    });
  return {
    model: ({ type, ...request }, options) =>
      isOwn(type) ? model({ ...request, type }, options) : quantisedModel({ ...request, type }, { env, model, options }),
    adapter: (request, options) =>
      orDelegate(() => convertAdapter(request, options), {
        find: () => findAdapterConverter(env),
        delegate: (by) => delegateAdapter({ by, env, request }, options),
      }),
    quantise: (request, options) => quantise(request, env, options),
  };
}

function isOwn(type: GgufType | Quantisation): type is GgufType {
  return (GGUF_TYPES as readonly string[]).includes(type);
}

interface Delegation {
  readonly find: () => Tool | undefined;
  readonly delegate: (tool: Tool) => Promise<void>;
}

async function orDelegate(own: () => Promise<void>, { find, delegate }: Delegation): Promise<Converted> {
  try {
    await own();
    return { by: 'ilab' };
  } catch (error) {
    const refused = refusal(error);
    const tool = refused === undefined ? undefined : find();
    if (refused === undefined || !tool) throw error;
    await delegate(tool).catch((other: unknown) => {
      throw isIlabError(other) ? neither(error as Error, other) : other;
    });
    return { by: 'llama.cpp', refused };
  }
}

/** Both reasons: the first says what is special about the model. */
function neither(own: Error, other: IlabError): IlabError {
  const { code, message, hint, details } = other;
  return new IlabError(code, `${own.message} ${message}`, { ...(hint !== undefined && { hint }), ...(details && { details }), cause: other });
}

/** First whole, beside the result and in no fewer bits than it came with, then quantised. */
async function quantisedModel(
  { directory, destination, type, name }: Omit<ModelToDelegate, 'type'> & { readonly type: Quantisation },
  {
    env,
    model,
    options,
  }: {
    readonly env: Variables;
    readonly model: (request: ModelToDelegate, options: ConverterOptions) => Promise<Converted>;
    readonly options: ConverterOptions;
  },
): Promise<Converted> {
  // Said before the first half of the work is done.
  needTool('llama-quantize', env);
  const [whole, total] = [await exactType(directory), await weightsOf(directory)];
  const half = (before: number): ConverterOptions => ({
    ...options,
    onProgress: ({ done, total: all }) => options.onProgress?.({ done: Math.round(((before + done / all) / 2) * total), total }),
  });
  return withScratch(destination, async (path) => {
    const { refused } = await model({ directory, destination: path, type: whole, name }, half(0));
    await quantise({ file: path, destination, type }, env, half(1));
    return { by: 'llama.cpp', ...(refused !== undefined && { refused }) };
  });
}
