import { IlabError } from '@ilab/core';

/** A model that can't be converted here; `what` as in “it has RoPE scaling”. */
export function refused(what: string): IlabError {
  return new IlabError('E_NOT_A_MODEL', `It can’t be converted exactly: ${what}.`, {
    hint: 'llama.cpp’s own converter knows more: python convert_hf_to_gguf.py FOLDER --outfile FILE',
    details: { refused: what },
  });
}
