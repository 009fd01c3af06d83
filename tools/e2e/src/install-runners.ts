import { join } from 'node:path';
import lmEval from '@ilab/plugin-lm-eval';
import sdgHub from '@ilab/plugin-sdg-hub';
import trl from '@ilab/plugin-trl';
import { createEndpoints } from '@ilab/transfer';
import { root } from './programs.ts';

/** Makes the environments of the runners where tests look for them. Those that are whole stay. */
const PLUGINS = { 'lm-eval': lmEval, 'sdg-hub': sdgHub, trl };
const logger = { warn() {}, info() {}, debug() {} };
const endpoints = createEndpoints({ userAgent: 'test', env: process.env });

for (const [name, plugin] of Object.entries(PLUGINS)) {
  const data = join(root, '.tools', 'runners', name);
  const runner = plugin.createRunner(name, { data, env: process.env, home: data, logger, endpoints });
  await runner.install?.((event) => (event.type === 'progress' ? process.stderr.write(`${name}: ${event.label}\n`) : undefined), {});
}
