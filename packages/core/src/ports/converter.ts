import type { CallOptions } from './call-options.ts';

/** What weights can become in GGUF. */
export const GGUF_TYPES = ['f32', 'f16', 'bf16', 'q8_0'] as const;

export type GgufType = (typeof GGUF_TYPES)[number];

export interface ConverterOptions extends CallOptions {
  /** In bytes of the result. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** Makes GGUF files. Implementers MUST write a file whole or not at all, and MUST refuse what they don't know exactly. */
export interface Converter {
  /** @param request.directory a folder with safetensors, absolute; `name` is for people. @throws IlabError E_NOT_A_MODEL, with what is not known */
  model(
    request: { readonly directory: string; readonly destination: string; readonly type: GgufType; readonly name: string },
    options: ConverterOptions,
  ): Promise<void>;
  /** @param request.base the folder of the model that the adapter is for. @throws IlabError E_NOT_A_MODEL */
  adapter(request: { readonly directory: string; readonly base: string; readonly destination: string }, options: ConverterOptions): Promise<void>;
}
