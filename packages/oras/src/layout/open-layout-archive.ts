import type { CallOptions } from '@ilab/core/adapter';
import { readLayoutIndex } from './layout-index.ts';
import { createLayoutSource, type LayoutSource } from './layout-source.ts';
import { openTarFiles } from './tar-files.ts';

/** An image layout in a tar archive (an “OCI archive”), read where it is. To be closed. */
export interface LayoutArchive extends LayoutSource, AsyncDisposable {}

/**
 * Opens an archive: its headers are read once, and files when they are asked for. Nothing is unpacked.
 * @throws IlabError E_NOT_FOUND, E_STORE, E_REGISTRY (no tar archive, or no layout in it)
 */
export async function openLayoutArchive(path: string, options: CallOptions): Promise<LayoutArchive> {
  const files = await openTarFiles(path, options);
  try {
    const index = await readLayoutIndex(files, options);
    return { ...createLayoutSource(files, () => Promise.resolve(index)), [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}
