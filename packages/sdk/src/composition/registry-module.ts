import { createStoredCredentials } from '@ilab/oras';
import { ContainerModule } from 'inversify';
import { createModelArchives } from '../archives/create-model-archives.ts';
import { createCarriers } from '../carriers/carried-registry.ts';
import { openCarriers } from '../carriers/open-carriers.ts';
import { createShortNames } from '../config/short-names.ts';
import { pluginRegistries } from '../plugins/plugin-registries.ts';
import type { RegistryTable } from '../plugins/registry-table.ts';
import { TOKENS } from './tokens.ts';

/** The sources that plugins bring. */
export function registryModule(table: RegistryTable): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.credentials)
      .toResolvedValue(({ env, home }, logger) => createStoredCredentials({ env, home, logger }), [TOKENS.environment, TOKENS.logger])
      .inSingletonScope();
    bind(TOKENS.shortNames).toResolvedValue(createShortNames, [TOKENS.environment, TOKENS.logger]).inSingletonScope();
    bind(TOKENS.archives)
      .toResolvedValue(
        (http, credentials, settings, environment, logger) => createModelArchives({ http, credentials, settings, environment, logger }),
        [TOKENS.http, TOKENS.credentials, TOKENS.settings, TOKENS.environment, TOKENS.logger],
      )
      .inSingletonScope();
    bind(TOKENS.registries)
      .toDynamicValue((context) =>
        // What a plugin is handed is made on first use of one, so that whoever stays offline never makes a client.
        pluginRegistries(table, {
          context: () => {
            const { env, home } = context.get(TOKENS.environment);
            const { registries } = context.get(TOKENS.settings);
            const { answers } = context.get(TOKENS.localStore);
            const credentials = context.get(TOKENS.credentials);
            return { http: context.get(TOKENS.http), logger: context.get(TOKENS.logger), env, home, registries, credentials, answers };
          },
          carriers: () => createCarriers(openCarriers(table.carriers, context.get(TOKENS.settings).carriers), context.get(TOKENS.logger)),
        }),
      )
      .inSingletonScope()
      .onDeactivation((registries) => registries.close());
  });
}
