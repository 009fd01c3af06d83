import { engineContract, testEngineContext } from '@ilab/testkit';
import plugin from '../src/index.ts';

const model = {
  names: ['shelf.example/team/granite:v1', 'granite'],
  path: '/models/granite.gguf',
  format: 'gguf',
  files: ['granite.gguf'],
  adapters: [],
} as const;

engineContract(async () => ({
  engine: plugin.createEngine('shelf', testEngineContext({ data: '/nowhere', env: process.env })),
  request: { model },
  unfit: { model: { ...model, format: 'safetensors' } },
}));
