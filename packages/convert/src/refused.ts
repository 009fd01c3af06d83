import { IlabError, isIlabError } from '@ilab/core';

/** A model that can't be converted here; `what` as in “it has RoPE scaling”. */
export function refused(what: string): IlabError {
  return new IlabError('E_NOT_A_MODEL', `It can’t be converted exactly: ${what}.`, {
    hint: 'llama.cpp’s own converter knows more, and is used where it is found: put convert_hf_to_gguf.py on the PATH, or name llama.cpp’s folder in LLAMA_CPP_DIR.',
    details: { refused: what },
  });
}

/** An adapter that GGUF has no words for: a converter that wrote it all the same would write another one. */
export function inexpressible(what: string): IlabError {
  return new IlabError('E_NOT_A_MODEL', `It can’t be converted exactly: ${what}, and GGUF can’t say that.`, {
    hint: 'Merge the adapter into its model with the library that made it, and convert the result.',
  });
}

/** What was refused, as `refused` took it; undefined for any other error. */
export function refusal(error: unknown): string | undefined {
  const what = isIlabError(error) && error.code === 'E_NOT_A_MODEL' ? error.details?.['refused'] : undefined;
  return typeof what === 'string' ? what : undefined;
}
