import { isIlabError, type Logger, type ModelSettings } from '@ilab/core';
import { hostSettings, readHostCertificates, readRegistriesConf } from '@ilab/oras';
import { createEndpoints, createHttp, createRemoteReader, createTransfer } from '@ilab/transfer';
import { ContainerModule } from 'inversify';
import { deferredEndpoints, deferredHttp, deferredTransfer } from './deferred.ts';
import { type Closeable, type Environment, TOKENS } from './tokens.ts';

type Network = Omit<Parameters<typeof createHttp>[0], 'stallAfter'>;

/** The way to the network: one client for what registries say, one engine for what they hold, and one client for servers that run models. */
export const networkModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.http)
    .toResolvedValue(
      (settings, environment, logger) => deferredHttp(async () => createHttp(await network(settings, environment, logger))),
      [TOKENS.settings, TOKENS.environment, TOKENS.logger],
    )
    .inSingletonScope()
    .onDeactivation(close);
  bind(TOKENS.endpoints)
    .toResolvedValue(
      (settings, environment, logger) => deferredEndpoints(async () => createEndpoints(await network(settings, environment, logger))),
      [TOKENS.settings, TOKENS.environment, TOKENS.logger],
    )
    .inSingletonScope()
    .onDeactivation(close);
  bind(TOKENS.remoteReader).toResolvedValue(createRemoteReader, [TOKENS.http]).inSingletonScope();
  bind(TOKENS.transfer)
    .toResolvedValue(
      (settings, environment, logger) => {
        const { maxConnections, limitRate } = settings;
        return deferredTransfer(async () =>
          createTransfer({
            ...(await network(settings, environment, logger)),
            ...(maxConnections !== undefined && { connections: maxConnections }),
            ...(limitRate !== undefined && { limitRate }),
          }),
        );
      },
      [TOKENS.settings, TOKENS.environment, TOKENS.logger],
    )
    .inSingletonScope()
    .onDeactivation(close);
});

/** How hosts are spoken to: as ilab is told, and as Podman and Docker are told of insecure hosts and certificates. */
async function network({ offline, registries }: ModelSettings, { env, home, tool }: Environment, logger: Logger): Promise<Network> {
  return { userAgent: tool, env, offline, logger, registries: await hosts(), certificates: (host) => readHostCertificates(host, { env, home }) };

  async function hosts(): Promise<ModelSettings['registries']> {
    try {
      return hostSettings(await readRegistriesConf({ env, home }), registries);
    } catch (error) {
      if (!isIlabError(error)) throw error;
      // Whoever goes by that file says so; the others are none of its business, and nobody is insecure because of it.
      logger.debug(error.message);
      return registries;
    }
  }
}

function close(resource: Closeable): Promise<void> {
  return resource.close();
}
