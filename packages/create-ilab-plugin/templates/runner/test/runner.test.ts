import { runnerContract, testEngineContext } from '@ilab/testkit';
import plugin from '../src/index.ts';

const job = { task: 'generate', models: {}, parameters: { lines: 10 } } as const;

runnerContract(async () => ({
  runner: plugin.createRunner('shelf', testEngineContext({ data: '/nowhere' })),
  job,
  unfit: { ...job, task: 'train' },
}));
