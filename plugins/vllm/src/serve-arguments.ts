import type { EngineRequest } from '@ilab/plugin-api';
import { loraOptions } from './lora.ts';
import { ownArguments } from './own-arguments.ts';
import { readConfig } from './read-config.ts';

export interface ServeRequest {
  readonly request: EngineRequest;
  readonly port: number;
  /** Path of the template, where there is one. */
  readonly chatTemplate?: string;
}

/**
 * Arguments of `vllm`: our options, each unless the user gave it, then the user's own, as they are, so that several GPUs, Ray and several
 * nodes are vLLM's to arrange; last what is ours alone, where the last one counts.
 * @throws IlabError E_USAGE
 */
export async function serveArguments({ request, port, chatTemplate }: ServeRequest): Promise<readonly string[]> {
  const { model, contextLength, slots, arguments: own = [] } = request;
  const given = ownArguments(own);
  const options: Readonly<Record<string, readonly string[]>> = {
    'distributed-executor-backend': ['mp'],
    ...(contextLength !== undefined && { 'max-model-len': [String(contextLength)] }),
    ...(slots !== undefined && { 'max-num-seqs': [String(slots)] }),
    ...(chatTemplate !== undefined && { 'chat-template': [chatTemplate] }),
    ...(await quantisationOptions(model.path)),
    ...(await loraOptions(model.adapters)),
  };
  const ours = Object.entries(options).filter(([name]) => !given.has(name));
  return [
    'serve',
    model.path,
    ...ours.flatMap(([name, values]) => [`--${name}`, ...values]),
    ...own,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--served-model-name',
    ...model.names,
  ];
}

/** What InstructLab gives for weights that bitsandbytes quantised. */
async function quantisationOptions(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { quantization_config: quantisation } = await readConfig(folder, 'config.json');
  const isBnb = typeof quantisation === 'object' && quantisation !== null && 'quant_method' in quantisation && quantisation.quant_method === 'bitsandbytes';
  return isBnb ? { quantization: ['bitsandbytes'], 'load-format': ['bitsandbytes'], 'enforce-eager': [] } : {};
}
