import type { EngineContext } from '@ilab/plugin-api';
import { createEndpoints } from '@ilab/transfer';

const endpoints = createEndpoints({ userAgent: 'test', env: {} });

/** What an engine is handed, with what it logged. */
export function testContext(given: Partial<EngineContext> = {}): EngineContext & { readonly logged: readonly string[] } {
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  return { env: {}, home: '/nowhere', data: '/nowhere/data', logger: { warn: log, info: log, debug: log }, endpoints, ...given, logged };
}
