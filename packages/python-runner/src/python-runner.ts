import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineContext, type EngineFit, IlabError, type Runner, type RunnerJob, type RunnerTask } from '@ilab/plugin-api';
import { runBridge } from './bridge-process.ts';
import { environmentFolder, type EnvironmentSpec, interpreterOf, isReady, makeEnvironment } from './environment.ts';
import type { PythonRange } from './find-python.ts';
import { type ParameterKinds, refuseUnknown } from './parameters.ts';
import { jobVariables } from './variables.ts';

/** A Python library as a runner. */
export interface PythonLibrary {
  /** As `--runner` takes it. */
  readonly name: string;
  readonly tasks: readonly RunnerTask[];
  /** A file that defines `run(job, bridge)`: see `python/launch.py`. Absolute. */
  readonly bridge: string;
  /** A file with exact versions and hashes. Absolute. */
  readonly requirements: string;
  readonly python: PythonRange;
  /** Packages among the requirements that come as source only. */
  readonly sources?: readonly string[];
  /** Parameters that its jobs know; all others are refused. */
  readonly parameters: ParameterKinds;
  /** More variables for a job's processes. */
  readonly variables?: (job: RunnerJob) => Readonly<Record<string, string>>;
  /** What lacks for a job, beside the environment. */
  readonly fit: (job: RunnerJob) => Promise<EngineFit>;
}

/** Makes the runner of a Python library, which has an environment of its own below the host's data. */
export function createPythonRunner(library: PythonLibrary, { data, env }: EngineContext): Runner {
  const { name, tasks, bridge, requirements, python, sources = [] } = library;
  const spec: EnvironmentSpec = { data, requirements, python, sources, env };
  return {
    name,
    tasks,
    async fit(job) {
      if (process.platform === 'win32') return { fits: false, because: 'It needs Linux or macOS.', hint: 'Run it in WSL.' };
      refuseUnknown(job, library);
      const fit = await library.fit(job);
      if (!fit.fits) return fit;
      // Said last: nobody should install gigabytes to learn that a GPU lacks.
      await refuseUnlessReady(name, spec);
      return fit;
    },
    async run(job, report, { signal }) {
      refuseUnknown(job, library);
      await refuseUnlessReady(name, spec);
      const home = join(data, 'home');
      await mkdir(home, { recursive: true });
      const extra = library.variables?.(job);
      const variables = jobVariables({ env, environment: environmentFolder(spec), home, ...(extra && { extra }) });
      return runBridge({ name, python: interpreterOf(spec), bridge, variables, job }, report, { ...(signal && { signal }) });
    },
    install: (report, { signal }) => makeEnvironment(spec, report, { ...(signal && { signal }) }),
  };
}

async function refuseUnlessReady(name: string, spec: EnvironmentSpec): Promise<void> {
  if (await isReady(spec)) return;
  throw new IlabError('E_PLUGIN_MISSING', `The environment of ${name} is not installed, or is of another version.`, {
    hint: `Install it: ilab runner install ${name}`,
    details: { runner: name },
  });
}
