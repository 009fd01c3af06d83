import type { EngineRequest } from '@ilab/plugin-api';
import { engineContract } from '@ilab/testkit';
import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { afterAll, beforeAll } from 'vitest';
import { createEndpointEngine } from '../src/endpoint-engine.ts';
import { testContext } from './context.ts';

const KEY = 'a-key-of-its-own';
const names = ['gpt-test', 'gpt-alias'];
const model = { names, path: '', format: 'unknown', files: [], adapters: [] } as const;

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ names, key: KEY, contextLength: 2048 });
});
afterAll(() => endpoint.close());

engineContract(async () => {
  const request: EngineRequest = { model, endpoint: endpoint.url };
  const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: endpoint.url };
  return { engine: createEndpointEngine(testContext({ env })), request, unfit: { model } };
});
