import { type CredentialStore, type Http, IlabError, type Logger, type ModelArchives, type ModelSettings } from '@ilab/core';
import { createRemoteRegistries, readRegistriesConf } from '@ilab/oras';
import type { Environment } from '../composition/tokens.ts';
import { openModelArchive } from './open-archive.ts';
import { packModels } from './pack-models.ts';

export interface ArchivesDeps {
  readonly http: Http;
  readonly credentials: CredentialStore;
  readonly settings: ModelSettings;
  readonly environment: Environment;
  readonly logger: Logger;
}

/** Archives of models as OCI archives. */
export function createModelArchives({ http, credentials, settings, environment: { env, home }, logger }: ArchivesDeps): ModelArchives {
  const { registries, offline } = settings;
  const remote = createRemoteRegistries({ http, credentials, registries, logger, configuration: () => readRegistriesConf({ env, home }) });
  return {
    pack: (models, options) =>
      packModels(
        {
          logger,
          async repository({ id, reference }, call) {
            if (!offline) return remote.repository(id, call);
            throw new IlabError('E_OFFLINE', `Not all of ${reference} as its registry has it is in the store.`, {
              hint: 'Save it with the network: its configuration, archives that were unpacked, and signatures are asked for at the registry.',
            });
          },
        },
        models,
        options,
      ),
    open: openModelArchive,
  };
}
