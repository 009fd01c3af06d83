import { beforeEach, describe, expect, it } from 'vitest';
import { chooseEngine, type EngineDescription, type EngineFit, type EngineRequest, type Engines, IlabError, type ModelFormat } from '../../src/index.ts';
import { fakeEngine, fakeEngines } from '../fakes/engines.ts';

const warnings: string[] = [];
beforeEach(() => void warnings.splice(0));
const logger = { warn: (message: string) => void warnings.push(message), info() {}, debug() {} };

const request = (format: ModelFormat): EngineRequest => ({ model: { names: ['m'], path: '/m', format, files: [], adapters: [] } });
const runs = (name: string, ...formats: readonly ModelFormat[]): EngineDescription => ({ name, formats });
const no: EngineFit = { fits: false, because: 'There is no GPU.', hint: 'Take another machine.' };

function choose(engines: Engines, format: ModelFormat, backend?: string) {
  return chooseEngine({ engines, logger }, { request: request(format), backend }, {});
}

describe('chooseEngine', () => {
  const both = fakeEngines([
    [fakeEngine('vllm'), runs('vllm', 'safetensors')],
    [fakeEngine('llama-cpp'), runs('llama-cpp', 'gguf')],
    [fakeEngine('second'), runs('second', 'gguf')],
  ]);

  it.each<[ModelFormat, string]>([
    ['safetensors', 'vllm'],
    ['mixed', 'vllm'],
    ['gguf', 'llama-cpp'],
  ])('takes for %s the first that runs it, and says why', async (format, engine) => {
    expect(await choose(both, format)).toEqual({ engine, because: expect.stringMatching(/^It runs (?:safetensors|gguf)\. It is there\.$/) });
    expect(warnings).toEqual([]);
  });

  it('runs a folder with both by its GGUF file, where nothing runs it whole', async () => {
    const unfit = fakeEngines([
      [fakeEngine('llama-cpp'), runs('llama-cpp', 'gguf')],
      [fakeEngine('vllm', { fit: no }), runs('vllm', 'safetensors')],
    ]);
    for (const engines of [unfit, fakeEngines([[fakeEngine('llama-cpp'), runs('llama-cpp', 'gguf')]], [runs('vllm', 'safetensors')])]) {
      expect(await choose(engines, 'mixed')).toEqual({ engine: 'llama-cpp', because: 'It runs gguf. It is there.' });
      expect(await choose(engines, 'mixed', 'llama-cpp')).toMatchObject({ engine: 'llama-cpp' });
    }
    expect(warnings).toEqual([]);
  });

  it('goes on to the next where one doesn’t fit, or is broken', async () => {
    const broken = new IlabError('E_PLUGIN_BROKEN', 'It is broken.');
    const engines = fakeEngines([
      [broken, runs('a', 'gguf')],
      [fakeEngine('b', { fit: no }), runs('b', 'gguf')],
      [fakeEngine('c'), runs('c', 'gguf')],
    ]);
    expect(await choose(engines, 'gguf')).toMatchObject({ engine: 'c' });
    const without = { ...engines, installed: engines.installed.slice(0, 2) };
    await expect(choose(without, 'gguf')).rejects.toBe(broken);
  });

  it('says why the only one can’t', async () => {
    const engines = fakeEngines([[fakeEngine('vllm', { fit: no }), runs('vllm', 'safetensors')]]);
    const refused = { code: 'E_ENGINE', message: 'vllm can’t run it: There is no GPU.', hint: 'Take another machine.' };
    await expect(choose(engines, 'safetensors')).rejects.toMatchObject(refused);
    await expect(choose(engines, 'safetensors', 'vllm')).rejects.toMatchObject(refused);
  });

  it('takes what was asked for, and warns where it is made for something else', async () => {
    expect(await choose(both, 'gguf', 'second')).toEqual({ engine: 'second', because: 'It was asked for. It is there.' });
    expect(warnings).toEqual([]);
    expect(await choose(both, 'safetensors', 'llama-cpp')).toMatchObject({ engine: 'llama-cpp' });
    expect(warnings).toEqual([expect.stringContaining('not made for safetensors')]);
    await expect(choose(both, 'gguf', 'nobody')).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING' });
  });

  it('takes for an endpoint what speaks to endpoints', async () => {
    const engines = fakeEngines([[fakeEngine('openai'), runs('openai')]]);
    const at = { ...request('unknown'), endpoint: 'https://host/v1' };
    expect(await chooseEngine({ engines, logger }, { request: at }, {})).toMatchObject({ engine: 'openai', because: expect.stringContaining('endpoint') });
    expect(warnings).toEqual([]);
  });

  it.each<[ModelFormat, string, string | undefined]>([
    ['gguf', 'Install one: ilab engine install llama-cpp', 'llama-cpp'],
    ['safetensors', 'Install one: ilab engine install vllm. Convert it to GGUF, which llama-cpp runs: ilab model convert', 'vllm'],
    ['unknown', 'See: ilab engine list', undefined],
  ])('says of %s what to install where nothing runs it', async (format, hint, engine) => {
    const none = fakeEngines([], [runs('llama-cpp', 'gguf'), runs('vllm', 'safetensors')]);
    await expect(choose(none, format)).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING', hint, details: { format, ...(engine && { engine }) } });
  });
});
