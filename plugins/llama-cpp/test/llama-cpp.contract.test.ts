import { engineContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { DEMO, NO_ENGINE, realEngine } from './real.ts';

describe.skipIf(NO_ENGINE)(`llama-cpp (${NO_ENGINE ?? 'the real one'})`, () => {
  engineContract(async () => ({ engine: realEngine(), request: DEMO, unfit: { model: { ...DEMO.model, format: 'safetensors' } } }));
});
