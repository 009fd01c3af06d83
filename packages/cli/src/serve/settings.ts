import { type Ilab, IlabError } from '@ilab/sdk';

/** What the section `serve` of the configuration says; what is absent nobody has set. */
export interface ServeSettings {
  readonly backend?: string;
  readonly host?: string;
  readonly port?: number;
  /** A file. */
  readonly chatTemplate?: string;
  /** For GGUF. */
  readonly contextLength?: number;
  /** For GGUF. */
  readonly gpuLayers?: number;
  /** For vLLM. */
  readonly arguments: readonly string[];
}

/** Words of InstructLab's in the place of a file: the template that the model has. */
const OWN_TEMPLATE = ['auto', 'tokenizer'];

/**
 * Reads what InstructLab's own configuration says of serving, besides the model.
 * @throws IlabError E_BAD_CONFIG for a value that is of another kind
 */
export function serveSettings({ get }: Pick<Ilab['config'], 'get'>): ServeSettings {
  const text = (key: string): string | undefined => read(get(key), { kind: 'a text', is: (value) => typeof value === 'string' }) || undefined;
  const whole = (key: string, least: number): number | undefined =>
    read(get(key), { kind: 'a whole number', is: (value): value is number => Number.isInteger(value) && Number(value) >= least });
  const texts = (key: string): readonly string[] =>
    read(get(key), { kind: 'a list of texts', is: (value): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string') }) ?? [];
  const gpuLayers = whole('serve.llama_cpp.gpu_layers', -1);
  const gpus = whole('serve.vllm.gpus', 0) ?? 0;
  return defined({
    backend: text('serve.backend'),
    host: text('serve.server.host'),
    port: whole('serve.server.port', 0),
    chatTemplate: templateFile(text('serve.chat_template')),
    contextLength: whole('serve.llama_cpp.max_ctx_size', 1),
    // InstructLab writes -1 into every file, so there it is nobody's wish.
    gpuLayers: gpuLayers === -1 ? undefined : gpuLayers,
    arguments: [...(gpus > 1 ? ['--tensor-parallel-size', String(gpus)] : []), ...texts('serve.vllm.vllm_args')],
  });
}

/** @returns undefined where the model's own is meant */
export function templateFile(given: string | undefined): string | undefined {
  return given !== undefined && OWN_TEMPLATE.includes(given) ? undefined : given;
}

/** More layers than any model has. */
const ALL_LAYERS = 1000;

/** -1 is InstructLab's word for all. */
export function layers(given: number | undefined): number | undefined {
  return given === -1 ? ALL_LAYERS : given;
}

interface Kind<T> {
  readonly kind: string;
  readonly is: (value: unknown) => value is T;
}

function read<T>(setting: ReturnType<Ilab['config']['get']>, { kind, is }: Kind<T>): T | undefined {
  if (setting === undefined || setting.value === null || setting.value === undefined) return undefined;
  if (is(setting.value)) return setting.value;
  const place = setting.line === undefined ? setting.key : `${setting.origin.replace(/^file /, '')}:${setting.line}: ${setting.key}`;
  throw new IlabError('E_BAD_CONFIG', `${place} must be ${kind}.`, { hint: `See: ilab config get ${setting.key}` });
}

/** Without what is undefined. */
function defined<T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
