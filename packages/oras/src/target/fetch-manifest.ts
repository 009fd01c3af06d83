import type { CallOptions } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { type Index, type Manifest, MAX_MANIFEST, parseManifest } from '../content/manifest.ts';
import { readContent } from './content.ts';
import type { Fetcher } from './target.ts';

/** A manifest and its bytes. */
export interface ReadManifest {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest | Index;
}

/** @throws IlabError E_REGISTRY (no manifest, or larger than any), and as `Fetcher.fetch` */
export async function fetchManifest(from: Pick<Fetcher, 'fetch'>, descriptor: Descriptor, options: CallOptions): Promise<ReadManifest> {
  const bytes = await readContent({ open: () => from.fetch(descriptor, options) }, { size: descriptor.size, most: MAX_MANIFEST });
  return { bytes, manifest: parseManifest(new TextDecoder().decode(bytes), descriptor.mediaType) };
}
