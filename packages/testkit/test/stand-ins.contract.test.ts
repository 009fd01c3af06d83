import { describe } from 'vitest';
import {
  createStandInEngine,
  createStandInRunner,
  engineContract,
  httpContract,
  localHttp,
  pluginCommandContract,
  pluginVerifierContract,
  runnerContract,
  standInCommandUnderTest,
  standInVerifierUnderTest,
} from '../src/index.ts';

const model = { names: ['example/team/granite:v1', 'granite'], path: '/nowhere', format: 'gguf', files: ['model.gguf'], adapters: [] } as const;

describe.skipIf(process.platform === 'win32')('the engine without a model', () => {
  engineContract(async () => ({ engine: createStandInEngine(), request: { model }, unfit: { model: { ...model, format: 'adapter' } } }));
});

describe('the runner that makes nothing up', () => {
  const job = { task: 'generate', models: {}, parameters: {} } as const;
  runnerContract(async () => ({ runner: createStandInRunner(), job, unfit: { ...job, task: 'train' } }));
});

describe('the verifier that shares a secret', () => {
  pluginVerifierContract(async () => standInVerifierUnderTest());
});

describe('the command that adds up', () => {
  pluginCommandContract(standInCommandUnderTest);
});

describe('the client that stays on this machine', () => {
  httpContract(() => localHttp);
});
