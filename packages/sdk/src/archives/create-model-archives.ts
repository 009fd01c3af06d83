import {
  type CallOptions,
  type CredentialStore,
  type Http,
  IlabError,
  type Logger,
  type ModelArchives,
  type ModelSettings,
  type OutgoingModel,
  parseDigest,
} from '@ilab/core';
import { createRemoteRegistries, readRegistriesConf, type RemoteRepository } from '@ilab/oras';
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
    pack(models, options) {
      const places = new Map<OutgoingModel, RemoteRepository>();
      const placeOf = async ({ id }: OutgoingModel, call: CallOptions) => (await remote.pulls(id, call)).placeOf(parseDigest(id.revision), call);
      return packModels(
        {
          logger,
          async repository(model, call) {
            if (offline) throw notAllHere(model);
            // Its registry or the mirror that has it is looked for once, not for each blob; one that failed is looked for again.
            const known = places.get(model);
            if (known) return known;
            const place = await placeOf(model, call);
            places.set(model, place);
            return place;
          },
        },
        models,
        options,
      );
    },
    open: openModelArchive,
  };
}

function notAllHere({ reference }: OutgoingModel): IlabError {
  return new IlabError('E_OFFLINE', `Not all of ${reference} as its registry has it is in the store.`, {
    hint: 'Save it with the network: its configuration, archives that were unpacked, and signatures are asked for at the registry.',
  });
}
