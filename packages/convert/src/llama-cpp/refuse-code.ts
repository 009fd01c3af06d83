import { readdir } from 'node:fs/promises';
import { IlabError } from '@ilab/core';
import { readJson } from '../source/read-json.ts';

/**
 * llama.cpp's converter loads tokenizers as transformers does, and lets them run code that comes with a model: that which `auto_map` of a
 * configuration names. Such a model is not given to it: who downloads weights has not agreed to run a program.
 * @throws IlabError E_UNTRUSTED
 */
export async function refuseCode(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter((file) => /config\.json$/i.test(file))) {
    const json = await readJson(directory, name);
    if (json?.['auto_map'] === undefined) continue;
    throw new IlabError('E_UNTRUSTED', `The model brings code of its own, which llama.cpp’s converter would run (auto_map in ${name}).`, {
      hint: 'If you trust it, convert it yourself: python convert_hf_to_gguf.py FOLDER --outfile FILE',
      details: { file: name },
    });
  }
}
