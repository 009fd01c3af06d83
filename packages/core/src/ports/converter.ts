import type { CallOptions } from './call-options.ts';

/** What weights can become in GGUF by themselves. */
export const GGUF_TYPES = ['f32', 'f16', 'bf16', 'q8_0'] as const;

export type GgufType = (typeof GGUF_TYPES)[number];

/** What llama.cpp's own tool can make of them besides, without looking at what the model says (an importance matrix). */
export const QUANTISATIONS = [
  'Q2_K',
  'Q3_K_S',
  'Q3_K_M',
  'Q3_K_L',
  'Q4_0',
  'Q4_1',
  'Q4_K_S',
  'Q4_K_M',
  'Q5_0',
  'Q5_1',
  'Q5_K_S',
  'Q5_K_M',
  'Q6_K',
  'Q8_0',
  'IQ3_S',
  'IQ3_M',
  'IQ4_XS',
  'IQ4_NL',
] as const;

export type Quantisation = (typeof QUANTISATIONS)[number];

export interface ConverterOptions extends CallOptions {
  /** In bytes, of what is read or of what is written; `total` stays the same. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** Who made a file. */
export interface Converted {
  readonly by: 'ilab' | 'llama.cpp';
  /** Why it was not made by ilab, as in “it has RoPE scaling”; absent where nothing was refused. */
  readonly refused?: string;
}

/**
 * Makes GGUF files. Implementers MUST write a file whole or not at all, MUST refuse what they don't know exactly, and MUST run no code
 * that comes with a model.
 */
export interface Converter {
  /**
   * @param request.directory a folder with safetensors, absolute; `name` is for people
   * @throws IlabError E_NOT_A_MODEL, with what is not known; E_PLUGIN_MISSING where `type` needs a tool that is not here; E_ENGINE where one
   * failed; E_UNTRUSTED for a model that brings code
   */
  model(
    request: { readonly directory: string; readonly destination: string; readonly type: GgufType | Quantisation; readonly name: string },
    options: ConverterOptions,
  ): Promise<Converted>;
  /** @param request.base the folder of the model that the adapter is for. @throws IlabError as `model` */
  adapter(request: { readonly directory: string; readonly base: string; readonly destination: string }, options: ConverterOptions): Promise<Converted>;
  /** @param request.file GGUF, absolute; of a model in several the first. @throws IlabError E_PLUGIN_MISSING, E_ENGINE */
  quantise(request: { readonly file: string; readonly destination: string; readonly type: Quantisation }, options: ConverterOptions): Promise<void>;
}
