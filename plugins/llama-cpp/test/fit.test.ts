import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineAdapter, EngineFit } from '@ilab/plugin-api';
import { adapterFile } from '../src/model-file.ts';
import { DEMO, realEngine } from './real.ts';

let packages: string;
beforeEach(async () => (packages = await mkdtemp(join(tmpdir(), 'ilab-llama-cpp-'))));
afterEach(() => rm(packages, { recursive: true, force: true }));

const install = (build: string): Promise<unknown> => mkdir(join(packages, 'node_modules/@node-llama-cpp', build), { recursive: true });
const fit = (more: object): Promise<EngineFit> => realEngine({ packages }).fit({ ...DEMO, ...more }, {});

describe('what computes', () => {
  it.each<[string, readonly string[], object, RegExp]>([
    ['a processor, where no build is for GPUs', ['linux-x64'], {}, /for processors\.$/],
    ['a processor all the same, where layers for a GPU were asked for', ['linux-x64'], { gpuLayers: 10 }, /no layer goes to a GPU/],
    ['Apple’s GPU, with as many layers as fit', ['mac-arm64-metal'], {}, /for Metal, and a GPU, where one is found, takes as many layers as fit/],
    [
      'a GPU, with the layers that were asked for',
      ['linux-x64', 'linux-x64-vulkan'],
      { gpuLayers: 10 },
      /for Vulkan, and a GPU, where one is found, takes 10 layers/,
    ],
    ['a processor, where that was asked for', ['win-x64-cuda', 'win-x64-cuda-ext'], { gpuLayers: 0 }, /for CUDA, and all layers stay/],
  ])('is %s', async (_what, builds, request, reason) => {
    for (const build of builds) await install(build);
    expect(await fit(request)).toEqual({ fits: true, because: expect.stringMatching(reason) });
  });
});

describe('an adapter', () => {
  const lora = (files: readonly string[]): EngineAdapter => ({ names: ['hub.example/lora:v1'], path: '/store/lora', files });
  const withAdapter = (adapter: EngineAdapter): Promise<EngineFit> => fit({ model: { ...DEMO.model, adapters: [adapter] } });
  const PEFT = ['adapter_config.json', 'adapter_model.safetensors'];

  it('that is there for PEFT and as GGUF is taken as GGUF', async () => {
    await install('linux-x64');
    const both = lora([...PEFT, 'lora-f32.gguf']);
    expect(await withAdapter(both)).toMatchObject({ fits: true });
    expect(adapterFile(both)).toBe('/store/lora/lora-f32.gguf');
  });

  it('for PEFT only is converted first', async () => {
    await install('linux-x64');
    expect(await withAdapter(lora(PEFT))).toMatchObject({ fits: false, hint: expect.stringContaining('ilab model convert --model hub.example/lora:v1') });
  });

  it('with several GGUF files is asked about', async () => {
    await install('linux-x64');
    const answer = await withAdapter(lora(['a-f16.gguf', 'b-q8_0.gguf']));
    expect(answer).toMatchObject({
      fits: false,
      because: expect.stringContaining('a-f16.gguf, b-q8_0.gguf'),
      hint: expect.stringContaining('/store/lora/a-f16.gguf'),
    });
  });
});
