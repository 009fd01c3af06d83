import type { Contents } from '@ilab/hub';
import { expect } from 'vitest';
import { EXIT_CODES } from '../../src/index.ts';
import { artifactOf, blobsFetched, endOf, type SignedWorld, signedWorld, type WorldOptions } from './signed-world.ts';

interface Refused extends WorldOptions {
  readonly files: Contents;
  readonly side: 'registry' | 'hub';
  readonly code: 'E_INTEGRITY' | 'E_UNTRUSTED';
  /** Part of the message. */
  readonly says?: string;
}

/** A download under a policy that requires a signature: it ends with the code, before the weights, and leaves nothing. */
export async function expectRefused({ side, code, says = '', ...options }: Refused): Promise<void> {
  await using world = await signedWorld(options);
  const ending = await endOf(world.ilab, side === 'hub' ? 'hf://acme/model:v1' : world.reference);
  expect(ending.code, ending.message).toBe(code);
  expect(EXIT_CODES[code]).toBe(code === 'E_INTEGRITY' ? 6 : 5);
  expect(ending.message).toContain(says);
  expect(weightsFetched(world, options.files)).toEqual([]);
  expect(await world.ilab.models.list()).toMatchObject({ models: [], broken: [] });
}

function weightsFetched({ hub }: SignedWorld, files: Contents): readonly string[] {
  const weights = Object.entries(files).filter(([path]) => path.endsWith('.safetensors'));
  const digests = weights.map(([path, content]) => artifactOf({ [path]: content }).blobs.at(-1)?.sha256 ?? '?');
  return blobsFetched(hub).filter((url) => url.endsWith('.safetensors') || digests.some((digest) => url.includes(digest)));
}
