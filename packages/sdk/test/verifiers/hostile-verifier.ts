import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginPackage } from '../../src/index.ts';

export const NAME = 'ilab-plugin-hostile';
export const MEDIA_TYPE = 'application/vnd.hostile.signature';

/** A plugin whose verifier does what it is told to, by source text. */
export interface WrittenPlugin extends AsyncDisposable {
  readonly plugin: PluginPackage;
}

/** @param verify the body of `verify(request, options)`; `entry` is all of the module instead */
export async function writeVerifier({ verify = '', entry }: { readonly verify?: string; readonly entry?: string }): Promise<WrittenPlugin> {
  const root = await mkdtemp(join(tmpdir(), 'ilab-verifier-'));
  const json = { name: NAME, version: '1.0.0', type: 'module' };
  const made = `createVerifier: (name, context) => ({ name, async verify(request, options) { ${verify} } })`;
  await writeFile(join(root, 'package.json'), JSON.stringify(json));
  await writeFile(join(root, 'index.js'), entry ?? `export default { $$type: '@ilab/plugin', apiVersion: 1, ${made} };`);
  const verifiers = [{ verifier: 'hostile', entry: './index.js', summary: 'Means no good', mediaTypes: [MEDIA_TYPE] }];
  return {
    plugin: { name: NAME, version: '1.0.0', root, manifest: { apiVersion: 1, verifiers }, type: 'user' },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Says that the first candidate is by the first signer, with changes. */
export function saying(change: string): string {
  return `return { state: 'verified', signer: request.signers[0], covers: 'manifest', from: request.candidates[0].name, ${change} };`;
}
