import { engineContract } from '@ilab/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

// Of vLLM itself, a stand-in: what is held here is that the program is started, asked and ended as promised.
describe.skipIf(process.platform === 'win32')('vllm', () => {
  engineContract(async () => {
    const { engine, request } = scene;
    const adapters = [{ names: ['hub.example/acme/lora:main', 'lora'], path: scene.folder, files: [] }];
    return { engine, request: { model: { ...request.model, adapters } }, unfit: { model: { ...request.model, format: 'adapter' } } };
  });
});
