import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Envelope } from './in-process.ts';

/** An engine and a runner that note what they are given: each job in its output, each session's end in a file beside the plugin. */
const MODULE = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const said = (line) => appendFileSync(new URL('./said', import.meta.url), line + '\\n');
export default {
  $$type: '@ilab/plugin', apiVersion: 1,
  createEngine: (name) => ({
    name,
    fit: async () => ({ fits: true, because: 'It is there.' }),
    async start(request) {
      said('started ' + request.model.names[0]);
      const { promise: ended, resolve } = Promise.withResolvers();
      const end = async () => { said('ended'); resolve({ asked: true, because: 'It was told to.' }); };
      return { endpoint: 'http://127.0.0.1:9/v1', headers: { authorization: 'Bearer k' }, contextLength: 512, ended, end };
    },
  }),
  createRunner: (name) => ({
    name, tasks: ['train', 'evaluate', 'generate'],
    fit: async (job) => job.parameters.quantize ? { fits: false, because: 'There is no GPU.', hint: 'Leave out --quantize.' } : { fits: true, because: 'It is there.' },
    async run(job, report) {
      writeFileSync(join(job.output, 'job.json'), JSON.stringify(job));
      report({ type: 'progress', done: 1, total: 1, unit: 'steps', label: job.task });
      if (job.task === 'train') {
        mkdirSync(join(job.output, 'adapter'));
        writeFileSync(join(job.output, 'adapter', 'adapter_config.json'), '{"peft_type":"LORA"}');
        writeFileSync(join(job.output, 'adapter', 'adapter_model.safetensors'), 'x');
        report({ type: 'artifact', kind: 'adapter', path: 'adapter', step: 7 });
      }
      if (job.parameters.seed === 13) throw new Error('it broke');
      return { summary: { scores: { facts: { acc: 0.75 } }, base: { scores: { facts: { acc: 0.5 } } }, lastLoss: 0.25 } };
    },
    install: async () => undefined,
  }),
};
`;

/** Adds that plugin for a user. @returns its folder */
export async function addCoach(folder: string, call: (...args: string[]) => Promise<Envelope>): Promise<string> {
  const root = join(folder, 'coach');
  const entry = { entry: './dist/index.js', summary: 'Coach' };
  const engines = [{ engine: 'bench', formats: ['gguf', 'safetensors'], ...entry }];
  const runners = [{ runner: 'coach', tasks: ['train', 'evaluate', 'generate'], ...entry }];
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist', 'index.js'), MODULE);
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: '@you/coach', version: '1.0.0', type: 'module', oclif: {}, ilab: { apiVersion: 1, engines, runners } }),
  );
  await call('plugins', 'link', root);
  await call('runner', 'install', 'coach');
  return root;
}
