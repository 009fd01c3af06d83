import { createLocalStore } from '@ilab/local-fs';
import { ContainerModule } from 'inversify';
import { TOKENS } from './tokens.ts';

/** The models on this machine. */
export const storeModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.localStore)
    .toResolvedValue(
      (settings, { home, cwd }, clock, logger) =>
        createLocalStore({
          directory: settings.dir,
          checkpointsDirectory: settings.checkpointsDir,
          extraDirectories: settings.extraDirs,
          home,
          cwd,
          clock,
          logger,
        }),
      [TOKENS.settings, TOKENS.environment, TOKENS.clock, TOKENS.logger],
    )
    .inSingletonScope();
  bind(TOKENS.cache).toResolvedValue((store) => store.cache, [TOKENS.localStore]);
  bind(TOKENS.metadata).toResolvedValue((store) => store.metadata, [TOKENS.localStore]);
  bind(TOKENS.probe).toResolvedValue((store) => store.probe, [TOKENS.localStore]);
});
