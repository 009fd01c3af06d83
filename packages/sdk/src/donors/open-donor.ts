import type { Donor, Logger } from '@ilab/core';
import type { DonorManifest } from '@ilab/plugin-api';
import type { UsablePart } from '../engines/part-table.ts';
import { askPart, needMethod } from '../plugins/apart/ask-part.ts';
import { hostPart } from '../plugins/apart/host-part.ts';
import type { Patience } from '../plugins/apart/watch.ts';
import { foundBy } from './found-by.ts';

export interface DonorSurroundings {
  /** Real, and never empty. */
  readonly folders: readonly string[];
  readonly logger: Logger;
  readonly patience?: Patience;
}

/** A donor whose code is in another process, and can be ended with it. */
export type OpenDonor = Donor & { close(): void };

/**
 * Opens a donor of a plugin in a process of its own, which can read its folders and no more. What it says is checked; what goes wrong is E_PLUGIN_BROKEN.
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function openDonor({ plugin, manifest, name }: UsablePart<DonorManifest>, { folders, logger, patience }: DonorSurroundings): Promise<OpenDonor> {
  const part = await hostPart({
    plugin,
    entry: manifest.entry,
    kind: 'donor',
    name,
    context: { folders },
    readable: { folders },
    logger,
    ...(patience && { patience }),
  });
  needMethod(part, 'find', 'donor');
  return {
    close: part.close,
    find: ({ sha256, size }, { signal }) =>
      askPart(part, { method: 'find', request: { sha256, size }, signal, read: (value) => foundBy(value, { folders, size, tool: manifest.tool }) }),
  };
}
