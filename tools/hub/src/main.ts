import { parseArgs } from 'node:util';
import { readModels } from './content/model.ts';
import { startHub } from './start-hub.ts';

const { values } = parseArgs({ options: { dir: { type: 'string' }, port: { type: 'string', default: '0' }, redirect: { type: 'boolean', default: false } } });
if (values.dir === undefined) throw new Error('usage: main.ts --dir FOLDER [--port N] [--redirect]; FOLDER holds <org>/<name>/<version>/files');

const models = await readModels(values.dir);
const hub = await startHub({ models, port: Number(values.port), redirectBlobs: values.redirect });
process.stdout.write(`${hub.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void hub.close());
