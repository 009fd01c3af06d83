import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@ilab/e2e';

/** What of the plugin does the work of Xet; it exports none of it. */
export interface XetCodec {
  unpackChunks(packed: Uint8Array, said: { readonly count: number; readonly size: number }): unknown;
  createCutter(): { push(bytes: Uint8Array): unknown; end(): unknown };
}

/** The modules as they were built. */
export async function loadXetCodec(): Promise<XetCodec> {
  const load = (name: string): Promise<XetCodec> => import(pathToFileURL(join(root, 'plugins', 'hf', 'dist', 'xet', 'codec', name)).href);
  const [{ unpackChunks }, { createCutter }] = await Promise.all([load('unpack-chunks.js'), load('cutter.js')]);
  return { unpackChunks, createCutter };
}
