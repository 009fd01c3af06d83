import type { Clock, Logger, ModelSettings, Progress, Prompt } from '@ilab/core';
import { Container } from 'inversify';
import { engineModule, type PartTables } from './engine-module.ts';
import type { RegistryTable } from '../plugins/registry-table.ts';
import { networkModule } from './network-module.ts';
import { registryModule } from './registry-module.ts';
import { storeModule } from './store-module.ts';
import { type Environment, TOKENS } from './tokens.ts';

/** What the composition root is given from outside. */
export interface Outside {
  readonly settings: ModelSettings;
  readonly environment: Environment;
  readonly table: RegistryTable;
  readonly parts: PartTables;
  readonly progress: Progress;
  readonly prompt: Prompt;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Wires the adapters to the ports. Nothing is made before it is asked for. */
export function createContainer(outside: Outside): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(TOKENS.settings).toConstantValue(outside.settings);
  container.bind(TOKENS.environment).toConstantValue(outside.environment);
  container.bind(TOKENS.progress).toConstantValue(outside.progress);
  container.bind(TOKENS.prompt).toConstantValue(outside.prompt);
  container.bind(TOKENS.logger).toConstantValue(outside.logger);
  container.bind(TOKENS.clock).toConstantValue(outside.clock);
  container.load(storeModule(outside.parts.donors), networkModule, registryModule(outside.table), engineModule(outside.parts));
  return container;
}
