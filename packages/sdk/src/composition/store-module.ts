import { createDonors, createForeignModels, createHubCache, createLocalStore, createOrigins, createOutbox } from '@ilab/local-fs';
import type { DonorManifest } from '@ilab/plugin-api';
import { ContainerModule } from 'inversify';
import { pluginDonors } from '../donors/plugin-donors.ts';
import type { PartTable } from '../engines/part-table.ts';
import { TOKENS } from './tokens.ts';

/** The models on this machine, and what finds files of other tools: ours first, then those of plugins. */
export function storeModule(table: PartTable<DonorManifest>): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.localStore)
      .toResolvedValue(
        (settings, { home, cwd }) =>
          createLocalStore({
            directory: settings.dir,
            checkpointsDirectory: settings.checkpointsDir,
            extraDirectories: settings.extraDirs,
            home,
            cwd,
          }),
        [TOKENS.settings, TOKENS.environment],
      )
      .inSingletonScope();
    bind(TOKENS.pluginDonors)
      .toResolvedValue(({ home }, logger) => pluginDonors(table, { home, logger }), [TOKENS.environment, TOKENS.logger])
      .inSingletonScope()
      .onDeactivation(async (donors) => {
        for (const donor of donors) await donor.close();
      });
    bind(TOKENS.donors)
      .toResolvedValue((environment, added) => [...createDonors(environment), ...added], [TOKENS.environment, TOKENS.pluginDonors])
      .inSingletonScope();
    bind(TOKENS.foreign)
      .toResolvedValue(({ dir }, { env, home, cwd }) => createForeignModels({ directory: dir, env, home, cwd }), [TOKENS.settings, TOKENS.environment])
      .inSingletonScope();
    bind(TOKENS.hubCache).toResolvedValue(createHubCache, [TOKENS.environment]).inSingletonScope();
    bind(TOKENS.origins)
      .toResolvedValue(({ tool }, clock) => createOrigins({ tool, clock }), [TOKENS.environment, TOKENS.clock])
      .inSingletonScope();
    bind(TOKENS.outbox).toResolvedValue(createOutbox, [TOKENS.environment]).inSingletonScope();
    bind(TOKENS.cache).toResolvedValue((store) => store.cache, [TOKENS.localStore]);
    bind(TOKENS.metadata).toResolvedValue((store) => store.metadata, [TOKENS.localStore]);
    bind(TOKENS.probe).toResolvedValue((store) => store.probe, [TOKENS.localStore]);
    bind(TOKENS.reader).toResolvedValue((store) => store.reader, [TOKENS.localStore]);
    bind(TOKENS.verifier).toResolvedValue((store) => store.verifier, [TOKENS.localStore]);
    bind(TOKENS.housekeeper).toResolvedValue((store) => store.housekeeper, [TOKENS.localStore]);
  });
}
