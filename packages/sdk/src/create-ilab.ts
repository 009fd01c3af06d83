import { homedir } from 'node:os';
import { nullLogger, nullProgress, nullPrompt, systemClock } from '@ilab/core';
import type { Services } from './composition/services.ts';
import { dataDirectory } from './config/data-directory.ts';
import { loadSettings } from './config/load-settings.ts';
import { createEngines } from './engines/engines.ts';
import { DONOR_KIND, ENGINE_KIND, RUNNER_KIND, VERIFIER_KIND } from './engines/part-kinds.ts';
import { partTable } from './engines/part-table.ts';
import type { Ilab } from './ilab.ts';
import { createLogins } from './logins.ts';
import { createModels } from './models.ts';
import type { IlabOptions } from './options.ts';
import { bundledPlugins } from './plugins/bundled-plugins.ts';
import { registryTable } from './plugins/registry-table.ts';
import { createRunners } from './runners/runners.ts';
import { createServersOf } from './servers.ts';
import { createStore } from './store.ts';
import { ownTool } from './version.ts';

/**
 * Makes the library. It reads the configuration and the plugins' metadata; adapters and container are loaded on first use.
 *
 * ```ts
 * await using ilab = await createIlab();
 * const { path } = await ilab.models.resolve({ reference: 'instructlab/granite-7b-lab' });
 * ```
 * @throws IlabError E_BAD_CONFIG, E_USAGE
 */
export async function createIlab(options: IlabOptions = {}): Promise<Ilab> {
  const env = options.env ?? process.env;
  const home = options.home ?? homedir();
  const environment = {
    env,
    home,
    dataDirectory: options.dataDir ?? dataDirectory({ env, home }),
    cwd: options.cwd ?? process.cwd(),
    tool: options.tool ?? ownTool(),
  };
  const loaded = await loadSettings({ ...environment, ...(options.settings && { overrides: options.settings }) });
  for (const remark of loaded.file.remarks ?? []) options.logger?.warn(remark);
  const plugins = options.plugins ?? bundledPlugins();
  const table = registryTable(plugins);
  const parts = {
    engines: partTable(plugins, ENGINE_KIND),
    runners: partTable(plugins, RUNNER_KIND),
    verifiers: partTable(plugins, VERIFIER_KIND),
    donors: partTable(plugins, DONOR_KIND),
  };
  let services: Promise<Services> | undefined;
  const wire = async (): Promise<Services> => {
    const { createServices } = await import('./composition/services.ts');
    return createServices({
      settings: loaded.models,
      environment,
      table,
      parts,
      progress: options.progress ?? nullProgress,
      prompt: options.prompt ?? nullPrompt,
      logger: options.logger ?? nullLogger,
      clock: options.clock ?? systemClock,
    });
  };
  const wired = (): Promise<Services> => {
    services ??= wire();
    return services;
  };
  const close = async (): Promise<void> => (await services)?.close();
  const engines = createEngines({ table: parts.engines, dataDirectory: environment.dataDirectory, services: wired });
  const runners = createRunners({ table: parts.runners, dataDirectory: environment.dataDirectory, services: wired });
  return {
    models: createModels({
      grammar: { manifests: table.manifests, registries: loaded.models.registries },
      settings: loaded.models,
      services: wired,
      inventory: async () => {
        const { createInventory } = await import('./composition/finder.ts');
        return createInventory(loaded.models);
      },
      finder: async () => {
        const { createFinder } = await import('./composition/finder.ts');
        return createFinder({ settings: loaded.models, environment, manifests: table.manifests, prompt: options.prompt ?? nullPrompt, services: wired });
      },
    }),
    logins: createLogins({ grammar: { manifests: table.manifests, registries: loaded.models.registries }, services: wired }),
    store: createStore({ loaded, services: wired }),
    engines,
    runners,
    servers: createServersOf(environment.dataDirectory),
    endpoints: { ask: async (request, call) => (await wired()).endpoints.ask(request, call) },
    registries: { list: () => table.entries },
    config: { show: () => loaded, get: loaded.find },
    async doctor(call = {}) {
      const { runDoctor } = await import('./doctor/run-doctor.ts');
      const { entries, carriers } = table;
      return runDoctor({ loaded, environment, plugins, entries, carriers, services: await wired(), engines, runners }, call);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
