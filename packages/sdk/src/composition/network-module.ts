import { createHttp, createTransfer } from '@ilab/transfer';
import { ContainerModule } from 'inversify';
import { type Closeable, TOKENS } from './tokens.ts';

/** The way to the network: one client for what registries say, one engine for what they hold. */
export const networkModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.http)
    .toResolvedValue(
      ({ offline, registries }, { env, tool }, logger) => createHttp({ userAgent: tool, env, offline, registries, logger }),
      [TOKENS.settings, TOKENS.environment, TOKENS.logger],
    )
    .inSingletonScope()
    .onDeactivation(close);
  bind(TOKENS.transfer)
    .toResolvedValue(
      ({ offline, registries, maxConnections, limitRate }, { env, tool }, logger) =>
        createTransfer({
          userAgent: tool,
          env,
          offline,
          registries,
          logger,
          ...(maxConnections !== undefined && { connections: maxConnections }),
          ...(limitRate !== undefined && { limitRate }),
        }),
      [TOKENS.settings, TOKENS.environment, TOKENS.logger],
    )
    .inSingletonScope()
    .onDeactivation(close);
});

function close(resource: Closeable): Promise<void> {
  return resource.close();
}
