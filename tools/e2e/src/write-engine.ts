import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from './workspace.ts';

/** An engine that runs once its packages are there; it answers that it is well, and no more. */
const entry = (needsPackages: boolean): string => `
import { createServer } from 'node:http';
export default {
  $$type: '@ilab/plugin', apiVersion: 1,
  createEngine: (name, { packages }) => ({
    name,
    fit: async () => packages || ${!needsPackages} ? { fits: true, because: 'It is whole.' } : { fits: false, because: 'It is not whole.', hint: 'Install it.' },
    async start() {
      const server = createServer((_request, response) => response.end('{}'));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { promise: ended, resolve } = Promise.withResolvers();
      const end = async () => { server.close(); server.closeAllConnections(); resolve({ asked: true, because: 'It was told to.' }); };
      return { endpoint: 'http://127.0.0.1:' + server.address().port + '/v1', headers: {}, ended, end };
    },
  }),
};
`;

/** Gives a workspace an engine for GGUF without a model behind it, in plain JavaScript as third parties write one. */
export async function writeEngine(
  { home, ilab }: Workspace,
  { packages, size }: { readonly packages?: Readonly<Record<string, string>>; readonly size?: number } = {},
): Promise<void> {
  const plugin = join(home, 'plugin');
  const engine = { engine: 'mine', entry: './dist/index.js', summary: 'Mine', formats: ['gguf'], ...(packages && { packages }), ...(size && { size }) };
  await mkdir(join(plugin, 'dist'), { recursive: true });
  await writeFile(join(plugin, 'dist', 'index.js'), entry(packages !== undefined));
  const json = { name: '@you/engine', version: '1.0.0', type: 'module', oclif: {}, ilab: { apiVersion: 1, engines: [engine] } };
  await writeFile(join(plugin, 'package.json'), JSON.stringify(json));
  const { code, stderr } = await ilab(['plugins', 'link', plugin]);
  if (code !== 0) throw new Error(stderr);
}
