import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, IlabError, type JobDone, runJob, type RunJobRequest, type Runner, type RunnerEvent } from '@ilab/core';
import type { RunnerManifest } from '@ilab/plugin-api';
import type { Services } from '../composition/services.ts';
import { partFolder } from '../engines/engine-packages.ts';
import { type RunnerEntry, runnerEntries } from '../engines/part-entries.ts';
import type { PartTable } from '../engines/part-table.ts';

/** Runners: what trains, evaluates and makes data. */
export interface Runners {
  /** As {@link Engines.list}. */
  list(): Promise<readonly RunnerEntry[]>;
  /**
   * Finds the models, leases them, and lets a runner do the job.
   * @param report called for each event, in order
   * @throws IlabError as `Models.resolve` and `Runner.run`; E_PLUGIN_MISSING when no runner is installed (`details.runner` could be); E_ENGINE
   * when it can't be done on this machine; E_USAGE when the output is not an empty folder; E_INTEGRITY when a model is not as it came
   */
  run(request: RunJobRequest, report: (event: RunnerEvent) => void, options?: CallOptions): Promise<JobDone>;
  /** Makes the environment that a runner works in, anew where there is one. @throws IlabError as `Runner.install` */
  install(name: string, report: (event: RunnerEvent) => void, options?: CallOptions): Promise<void>;
  /** A runner itself. @throws IlabError E_PLUGIN_MISSING, E_PLUGIN_BROKEN */
  open(name: string, options?: CallOptions): Promise<Runner>;
}

export interface RunnersDeps {
  readonly table: PartTable<RunnerManifest>;
  readonly dataDirectory: string;
  /** The wired ports, made on first use. */
  readonly services: () => Promise<Services>;
}

export function createRunners({ table, dataDirectory, services }: RunnersDeps): Runners {
  const markerOf = (name: string): string => join(partFolder(dataDirectory, 'runners', name).root, 'installed.json');
  const open = async (name: string, options: CallOptions = {}): Promise<Runner> => (await services()).runners.open(name, options);
  return {
    list: () => runnerEntries(table, (name) => exists(markerOf(name))),
    open,
    async run(request, report, options = {}) {
      await makeEmpty(request.output);
      return runJob(await services(), request, report, options);
    },
    async install(name, report, options = {}) {
      const runner = await open(name, options);
      // Until it is whole again, it counts as not installed.
      await rm(markerOf(name), { force: true });
      const { root, data } = partFolder(dataDirectory, 'runners', name);
      if (runner.install) await mkdir(data, { recursive: true });
      await runner.install?.(report, options);
      await mkdir(root, { recursive: true });
      await writeFile(markerOf(name), `${JSON.stringify({ plugin: table.usable.get(name)?.plugin.version })}\n`);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @throws IlabError E_USAGE */
async function makeEmpty(output: string): Promise<void> {
  await mkdir(output, { recursive: true });
  if ((await readdir(output)).length > 0) throw new IlabError('E_USAGE', `${output} is not empty.`, { hint: 'Name a new folder.' });
}
