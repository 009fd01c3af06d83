import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CallOptions, IlabError, type ModelFacts } from '@ilab/core/adapter';
import { adapterFacts, ggufFacts, safetensorsFacts } from '@ilab/formats';
import { lookAt, readSmallJson } from './model-files.ts';
import { readHeaders } from './read-headers.ts';

/** A chat template or the start of a model card is no longer than this. */
const MAX_TEXT = 4 * 1024 * 1024;

/**
 * What a model’s headers and the configuration beside them tell; of a directory in a format that is not read here, the configuration alone.
 * @throws IlabError E_NOT_A_MODEL
 */
export async function readFacts(path: string, options: CallOptions): Promise<ModelFacts> {
  const look = lookAt(path);
  if (look.kind !== 'model' && !statSync(path).isDirectory()) throw new IlabError('E_NOT_A_MODEL', `${path} is not a model: ${look.reason}`);
  const headers = look.kind === 'model' ? await readHeaders(path, look, options) : { gguf: [], safetensors: [] };
  if (headers.gguf.length > 0) return ggufFacts(headers.gguf);
  const beside = (name: string): string => join(path, name);
  const facts = safetensorsFacts(headers.safetensors, {
    config: readSmallJson(beside('config.json')),
    tokenizer: readSmallJson(beside('tokenizer_config.json')),
    template: readText(beside('chat_template.jinja')),
    readme: readText(beside('README.md')),
  });
  return look.kind === 'model' && look.format === 'adapter' ? { ...facts, ...adapterFacts(readSmallJson(beside('adapter_config.json')) ?? {}) } : facts;
}

function readText(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= MAX_TEXT ? readFileSync(path, 'utf8') : undefined;
}
