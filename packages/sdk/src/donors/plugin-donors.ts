import type { Donor, Logger } from '@ilab/core';
import type { DonorManifest } from '@ilab/plugin-api';
import type { PartTable, UsablePart } from '../engines/part-table.ts';
import type { OpenDonor } from './open-donor.ts';
import { realFolders } from './real-folders.ts';

export interface DonorDeps {
  readonly home: string;
  readonly logger: Logger;
}

type Closing = Donor & { close(): Promise<void> };

const SHA256 = /^[0-9a-f]{64}$/;

/** Donors that plugins bring, each started when something is wanted of it and one of its folders is there. */
export function pluginDonors({ usable }: PartTable<DonorManifest>, deps: DonorDeps): readonly Closing[] {
  return [...usable.values()].map((part) => lazyDonor(part, deps));
}

function lazyDonor(part: UsablePart<DonorManifest>, { home, logger }: DonorDeps): Closing {
  let opened: Promise<OpenDonor> | undefined;
  return {
    async find(file, options) {
      if (!SHA256.test(file.sha256)) return undefined;
      const folders = opened ? [] : realFolders(part.manifest.folders, home);
      if (!opened && folders.length === 0) return undefined;
      opened ??= import('./open-donor.ts').then(({ openDonor }) => openDonor(part, { folders, logger }));
      return (await opened).find(file, options);
    },
    async close() {
      await opened?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}
