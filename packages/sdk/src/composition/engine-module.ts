import type { DonorManifest, EngineManifest, RunnerManifest, VerifierManifest } from '@ilab/plugin-api';
import { ContainerModule, type ResolutionContext } from 'inversify';
import type { PartTable } from '../engines/part-table.ts';
import { type PartContext, pluginEngines, pluginRunners } from '../engines/plugin-engines.ts';
import { createMemoryGauge } from '../hardware/available-memory.ts';
import { TOKENS } from './tokens.ts';

/** What plugins bring to run models, to check their signatures, and to find their files. */
export interface PartTables {
  readonly engines: PartTable<EngineManifest>;
  readonly runners: PartTable<RunnerManifest>;
  readonly verifiers: PartTable<VerifierManifest>;
  readonly donors: PartTable<DonorManifest>;
}

/** The engines and runners that plugins bring, and the memory for them. */
export function engineModule(tables: PartTables): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.memory).toConstantValue(createMemoryGauge());
    bind(TOKENS.engines)
      .toDynamicValue((context) => pluginEngines(tables.engines, partContext(context)))
      .inSingletonScope();
    bind(TOKENS.runners)
      .toDynamicValue((context) => pluginRunners(tables.runners, partContext(context)))
      .inSingletonScope();
  });
}

function partContext(context: ResolutionContext): PartContext {
  const { env, home, dataDirectory } = context.get(TOKENS.environment);
  return {
    dataDirectory,
    shared: () => ({
      env,
      home,
      logger: context.get(TOKENS.logger),
      credentials: context.get(TOKENS.credentials),
      endpoints: context.get(TOKENS.endpoints),
    }),
  };
}
