import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginPackage } from '../../src/index.ts';

export const NAME = 'ilab-plugin-attic';
export const MANIFEST = { donor: 'attic', entry: './index.js', summary: 'Of a test', tool: 'Attic', folders: ['.attic'] };

/** A plugin whose donor does what it is told to, and a user with its folder. */
export interface WrittenDonor extends AsyncDisposable {
  readonly plugin: PluginPackage;
  readonly home: string;
  /** Real. */
  readonly folder: string;
}

/** @param find the body of `find({ sha256, size }, options)`, which knows its `folder` */
export async function writeDonor(find: string): Promise<WrittenDonor> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'ilab-donor-')));
  const home = join(root, 'home');
  const folder = join(home, '.attic');
  const own = join(root, 'plugin');
  await mkdir(folder, { recursive: true });
  await mkdir(own);
  await writeFile(join(own, 'package.json'), JSON.stringify({ name: NAME, version: '1.0.0', type: 'module' }));
  const made = `createDonor: (name, context) => { const [folder] = context.folders; return { name, async find({ sha256, size }, options) { ${find} } }; }`;
  await writeFile(join(own, 'index.js'), `export default { $$type: '@ilab/plugin', apiVersion: 1, ${made} };`);
  return {
    plugin: { name: NAME, version: '1.0.0', root: own, manifest: { apiVersion: 1, donors: [MANIFEST] }, type: 'user' },
    home,
    folder,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
