import { join } from 'node:path';
import plugin from '@ilab/plugin-llama-cpp';
import type { Engine } from '@ilab/sdk';
import { createEndpoints } from '@ilab/transfer';
import { root } from './programs.ts';

/** The engine for GGUF itself, without a command line before it. */
export function llamaEngine(): Engine {
  const logger = { warn() {}, info() {}, debug() {} };
  const endpoints = createEndpoints({ userAgent: 'test', env: process.env });
  const packages = join(root, '.tools/engines/llama-cpp');
  const engine = plugin.createEngine?.('llama-cpp', { env: process.env, home: root, data: root, logger, endpoints, packages });
  if (!engine) throw new Error('the plugin has no engine');
  return engine;
}
