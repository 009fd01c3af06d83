import type { ConverterOptions } from '@ilab/core';
import { runProgram } from '@ilab/programs';
import type { Tool, Variables } from './find-tool.ts';

/** What programs of this machine need; nothing that is a secret. */
const PASSED = /^(?:PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|SystemRoot|LD_LIBRARY_PATH|DYLD_\w+|VIRTUAL_ENV|CONDA_PREFIX|PYTHONPATH|PYTHONHOME)$/;
/** All that they work on is here, and nothing is fetched. */
const OFFLINE = { HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', HF_HUB_DISABLE_TELEMETRY: '1' };

const HINTS: Readonly<Record<Tool['name'], string>> = {
  'convert_hf_to_gguf.py': 'What it needs is installed by: pip install -r requirements/requirements-convert_hf_to_gguf.txt, in llama.cpp’s folder.',
  'convert_lora_to_gguf.py': 'What it needs is installed by: pip install -r requirements/requirements-convert_lora_to_gguf.txt, in llama.cpp’s folder.',
  'llama-quantize': 'Is there disk space? Weights that are quantised already are best taken from their origin.',
};

export interface ToolRun {
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly env: Variables;
  /** In bytes: by this its share of the work is told. */
  readonly size: number;
}

/** Has a tool of llama.cpp do its work, with its progress. @throws IlabError E_ENGINE with its last words */
export async function runTool({ tool, args, env, size }: ToolRun, { signal, onProgress }: ConverterOptions): Promise<void> {
  const { name, program, before } = tool;
  const onText = (text: string): void => {
    const share = shareIn(text);
    if (share !== undefined) onProgress?.({ done: Math.round(share * size), total: size });
  };
  const passed = Object.fromEntries(Object.entries(env).filter(([variable]) => PASSED.test(variable)));
  const request = { name: `llama.cpp’s ${name}`, program, args: [...before, ...args], env: { ...passed, ...OFFLINE }, onText };
  await runProgram({ ...request, does: 'do it', hint: HINTS[name] }, signal ? { signal } : {});
}

/** What is done of its work, from 0 to 1: the converter draws a bar (`Writing:  43%|`), the other counts tensors (`[  12/ 290]`). */
export function shareIn(text: string): number | undefined {
  const bar = [...text.matchAll(/Writing:\s*(\d{1,3})%\|/g)].at(-1)?.[1];
  if (bar !== undefined) return Math.min(Number(bar) / 100, 1);
  const [, done, all] = [...text.matchAll(/\[\s*(\d{1,6})\/\s*([1-9]\d{0,5})\]/g)].at(-1) ?? [];
  return done === undefined ? undefined : Math.min(Number(done) / Number(all), 1);
}
