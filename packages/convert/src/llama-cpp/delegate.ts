import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConverterOptions, GgufType, Quantisation } from '@ilab/core';
import { writeWhole } from '../whole-file.ts';
import { findTool, needTool, type Tool, type Variables } from './find-tool.ts';
import { refuseCode } from './refuse-code.ts';
import { runTool } from './run-tool.ts';

/** Work for llama.cpp's own tools; `by` is the one that does it. */
interface Delegated<Request> {
  readonly by: Tool;
  readonly env: Variables;
  readonly request: Request;
}

export interface ModelToDelegate {
  readonly directory: string;
  readonly destination: string;
  readonly type: GgufType;
  readonly name: string;
}

export function findConverter(env: Variables): Tool | undefined {
  return findTool('convert_hf_to_gguf.py', env);
}

export function findAdapterConverter(env: Variables): Tool | undefined {
  return findTool('convert_lora_to_gguf.py', env);
}

/** @throws IlabError E_UNTRUSTED for a model that brings code; E_ENGINE */
export async function delegateModel({ by, env, request }: Delegated<ModelToDelegate>, options: ConverterOptions): Promise<void> {
  const { directory, destination, type, name } = request;
  await refuseCode(directory);
  const size = await weightsOf(directory);
  await writeWhole(destination, (path) =>
    runTool({ tool: by, env, size, args: ['--outfile', path, '--outtype', type, `--model-name=${name}`, directory] }, options),
  );
}

/** @throws IlabError E_UNTRUSTED for a model, or an adapter, that brings code; E_ENGINE */
export async function delegateAdapter(
  { by, env, request }: Delegated<{ readonly directory: string; readonly base: string; readonly destination: string }>,
  options: ConverterOptions,
): Promise<void> {
  const { directory, base, destination } = request;
  for (const folder of [directory, base]) await refuseCode(folder);
  const size = await weightsOf(directory);
  await writeWhole(destination, (path) => runTool({ tool: by, env, size, args: ['--base', base, '--outfile', path, '--outtype', 'f32', directory] }, options));
}

/** @throws IlabError E_PLUGIN_MISSING where there is no llama-quantize; E_ENGINE */
export async function quantise(
  { file, destination, type }: { readonly file: string; readonly destination: string; readonly type: Quantisation },
  env: Variables,
  options: ConverterOptions,
): Promise<void> {
  const tool = needTool('llama-quantize', env);
  const { size } = await stat(file);
  await writeWhole(destination, (path) => runTool({ tool, env, size, args: [file, path, type] }, options));
}

/** In bytes. */
export async function weightsOf(directory: string): Promise<number> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.safetensors'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
