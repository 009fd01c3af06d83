import type { EngineEntry } from '@ilab/sdk';
import { expect, it } from 'vitest';
import { lackingFor } from './lacking-engine.ts';

const entry = (engine: string, state: EngineEntry['state'], ...formats: EngineEntry['formats']): EngineEntry => ({ engine, state, formats, plugin: engine });

const NOTHING = [entry('llama-cpp', 'missing', 'gguf'), entry('vllm', 'missing', 'safetensors')];

it.each<[string, readonly EngineEntry[], EngineEntry['formats'][number], string | undefined, ReturnType<typeof lackingFor>]>([
  ['the first that runs the format', NOTHING, 'gguf', undefined, { engine: 'llama-cpp', because: 'no engine that runs gguf is installed' }],
  [
    'for a folder with both, what runs it whole',
    NOTHING,
    'mixed',
    undefined,
    { engine: 'vllm', because: 'no engine that runs safetensors or gguf is installed' },
  ],
  [
    'nothing for a folder with both, where its GGUF file can run',
    [entry('vllm', 'missing', 'safetensors'), entry('mine', 'ready', 'gguf')],
    'mixed',
    undefined,
    undefined,
  ],
  ['the one that was asked for', NOTHING, 'gguf', 'vllm', { engine: 'vllm', because: 'vllm is not installed' }],
  [
    'what is there and not whole, before what is not there',
    [...NOTHING, entry('mine', 'incomplete', 'gguf')],
    'gguf',
    undefined,
    { engine: 'mine', because: 'mine is not installed completely' },
  ],
  ['nothing where one is ready', [...NOTHING, entry('mine', 'ready', 'gguf')], 'gguf', undefined, undefined],
  [
    'nothing where the one that was asked for is ready, though made for another format',
    [...NOTHING, entry('mine', 'ready', 'gguf')],
    'safetensors',
    'mine',
    undefined,
  ],
  ['nothing for a name that nobody knows, which is told later', NOTHING, 'gguf', 'nobody', undefined],
  ['nothing for what no engine runs', NOTHING, 'unknown', undefined, undefined],
  ['nothing where a broken plugin is in the way', [entry('mine', 'invalid', 'gguf')], 'gguf', undefined, undefined],
])('what lacks is %s', (_name, entries, format, backend, lacking) => {
  expect(lackingFor(entries, format, backend)).toEqual(lacking);
});
