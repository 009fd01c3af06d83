import { type Engine, type Engines, IlabError, mostAlike, type Runner, type Runners } from '@ilab/core';
import type { EngineContext, EngineManifest, RunnerManifest } from '@ilab/plugin-api';
import { makePart } from '../plugins/import-plugin.ts';
import { checkedRunner } from '../runners/checked-runner.ts';
import { checkedEngine } from './checked-engine.ts';
import { missingPackages, packagesFor, partFolder } from './engine-packages.ts';
import { patientEngine } from './patient-engine.ts';
import type { PartTable } from './part-table.ts';

export interface PartContext {
  /** Of ilab: what engines need is below it. */
  readonly dataDirectory: string;
  /** What all engines and runners get; read on first use of one. */
  readonly shared: () => Omit<EngineContext, 'data' | 'packages'>;
}

/** Engines whose code is imported on first use, once. */
export function pluginEngines(table: PartTable<EngineManifest>, { dataDirectory, shared }: PartContext): Engines {
  return {
    installed: [...table.usable.values()].map(({ name, manifest }) => ({ name, formats: manifest.formats })),
    installable: table.missing,
    open: once(async (name): Promise<Engine> => {
      const found = table.usable.get(name);
      if (!found) throw missing('engine', name, table);
      const { packages: folder, data } = partFolder(dataDirectory, 'engines', name);
      const wanted = packagesFor(found.manifest.packages);
      const lacks = (await missingPackages(folder, wanted)).length > 0;
      const context: EngineContext = { ...shared(), data, ...(Object.keys(wanted).length > 0 && !lacks && { packages: folder }) };
      return makePart({ plugin: found.plugin, entry: found.manifest.entry }, (plugin) => {
        const engine = plugin.createEngine?.(name, context);
        const isOne = engine?.name === name && typeof engine.fit === 'function' && typeof engine.start === 'function';
        return isOne ? patientEngine(checkedEngine(engine), context) : undefined;
      });
    }),
  };
}

/** The same of runners. */
export function pluginRunners(table: PartTable<RunnerManifest>, { dataDirectory, shared }: PartContext): Runners {
  return {
    installed: [...table.usable.values()].map(({ name, manifest }) => ({ name, tasks: manifest.tasks })),
    installable: table.missing,
    open: once(async (name): Promise<Runner> => {
      const found = table.usable.get(name);
      if (!found) throw missing('runner', name, table);
      const context: EngineContext = { ...shared(), data: partFolder(dataDirectory, 'runners', name).data };
      return makePart({ plugin: found.plugin, entry: found.manifest.entry }, (plugin) => {
        const runner = plugin.createRunner?.(name, context);
        return runner?.name === name && typeof runner.fit === 'function' && typeof runner.run === 'function' ? checkedRunner(runner) : undefined;
      });
    }),
  };
}

/** Makes each by name once; what failed is tried again. */
function once<Part>(make: (name: string) => Promise<Part>): (name: string) => Promise<Part> {
  const made = new Map<string, Promise<Part>>();
  return async (name) => {
    const part = made.get(name) ?? make(name);
    made.set(name, part);
    try {
      return await part;
    } catch (error) {
      made.delete(name);
      throw error;
    }
  };
}

function missing(kind: 'engine' | 'runner', name: string, table: PartTable<EngineManifest | RunnerManifest>): IlabError {
  const installable = table.missing.map((one) => one.name);
  if (installable.includes(name)) {
    return new IlabError('E_PLUGIN_MISSING', `The ${kind} “${name}” is not installed.`, {
      hint: `Install it: ilab ${kind} install ${name}`,
      details: { [kind]: name },
    });
  }
  const near = mostAlike(name, [...table.usable.keys(), ...installable]);
  return new IlabError('E_PLUGIN_MISSING', `There is no ${kind} “${name}” here.`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}See which there are: ilab ${kind} list`,
    details: { [kind]: name, ...(near !== undefined && { typed: name, nearest: [near] }) },
  });
}
