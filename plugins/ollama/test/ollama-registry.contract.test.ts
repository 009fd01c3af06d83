import { ollamaModel, type OllamaRegistry, startOllama } from '@ilab/hub';
import type { Digest } from '@ilab/plugin-api';
import { registryContract, silentHttp } from '@ilab/testkit';
import { afterAll, beforeAll } from 'vitest';
import { createOllamaRegistry } from '../src/ollama-registry.ts';
import { ollamaReference, testContext } from './context.ts';

let server: OllamaRegistry;
beforeAll(async () => {
  const tiny = ollamaModel([
    { kind: 'model', content: 'GGUF' },
    { kind: 'params', content: '{}' },
  ]);
  server = await startOllama({ models: { 'library/tiny:latest': tiny, 'library/tiny:q8_0': tiny } });
});
afterAll(() => server.close());

registryContract(async () => {
  const registry = createOllamaRegistry(testContext());
  const reference = ollamaReference(server.host, { repository: 'library/tiny', version: 'q8_0' });
  const { revision } = await registry.resolve(reference, {});
  return {
    registry,
    reference,
    pinned: ollamaReference(server.host, { repository: 'library/tiny', digest: revision as Digest }),
    missingVersion: ollamaReference(server.host, { repository: 'library/tiny', version: 'v9' }),
    missingRepository: ollamaReference(server.host, { repository: 'library/none', version: 'v1' }),
    silent: createOllamaRegistry(testContext({ http: silentHttp })),
    behind: (wrap) => createOllamaRegistry(testContext({ http: wrap(testContext().http) })),
  };
});
