// A process that starts vLLM in a scene's folder, says so, and does not end by itself.
import { join } from 'node:path';
import { createEndpoints } from '@ilab/transfer';
import { createVllm } from '../src/vllm-engine.ts';

const [, , folder = ''] = process.argv;
const endpoints = createEndpoints({ userAgent: 'test', env: {} });
const logger = { warn() {}, info() {}, debug() {} };
const env = { PATH: join(folder, 'bin'), STAND_IN_RECORD: join(folder, 'call.json') };
const engine = createVllm({ env, home: folder, data: join(folder, 'data'), logger, endpoints }, 'linux');
await engine.start({ model: { names: ['m'], path: join(folder, 'model'), format: 'safetensors', files: [], adapters: [] } }, {});
process.stdout.write('started\n');
setInterval(() => undefined, 10_000);
