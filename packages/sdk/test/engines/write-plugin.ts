import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginPackage } from '../../src/index.ts';

/** An engine in plain JavaScript, which tells what it was handed and what becomes of it. */
const WORKS = `
const handed = (globalThis.ilabTest ??= []);
export default {
  $$type: '@ilab/plugin', apiVersion: 1,
  createEngine(name, context) {
    handed.push(context);
    let end;
    const ended = new Promise((resolve) => { end = resolve; });
    return {
      name,
      fit: async () => ({ fits: true, because: 'It is there.' }),
      start: async () => ({
        endpoint: process.env.ILAB_TEST_ENDPOINT ?? 'http://127.0.0.1:1/v1', headers: {}, ended,
        end: async () => end({ asked: true, because: 'It was told to.' }),
      }),
    };
  },
  createRunner: (name, context) => ({
    name, tasks: ['train'],
    fit: async () => ({ fits: true, because: 'It is there.' }),
    run: async (job, report) => { report({ type: 'log', line: job.output }); return { summary: { data: context.data } }; },
    install: async (report) => { if (process.env.ILAB_TEST_FAIL) throw new Error('no'); report({ type: 'log', line: 'made' }); },
  }),
};
`;

/** What the module of a plugin does. */
const MODULES = {
  works: WORKS,
  throws: 'throw new Error("it has lost its way");',
  lies: WORKS.replace('      name,\n', "      name: 'other',\n"),
};

/** Writes a package that brings an engine or whatever its manifest says. */
export function writePlugin(
  folder: string,
  { name = '@you/engine', module = 'works', manifest }: { readonly name?: string; readonly module?: keyof typeof MODULES; readonly manifest: object },
): PluginPackage {
  const root = join(folder, name);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'index.js'), MODULES[module]);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version: '1.2.3', type: 'module' }));
  return { name, version: '1.2.3', root, manifest: { apiVersion: 1, ...manifest }, type: 'user' };
}

export const ENGINE = { engine: 'mine', entry: './dist/index.js', summary: 'Mine', formats: ['gguf'] };
export const RUNNER = { runner: 'coach', entry: './dist/index.js', summary: 'Trains', tasks: ['train'] };
