import { IlabError } from '../../errors/ilab-error.ts';
import type { PullPolicy } from '../../model/settings.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { RunnerEvent, RunnerJob, RunnerModel, RunnerResult, RunnerTask } from '../../ports/runner.ts';
import type { Origin, Origins } from '../../ports/origins.ts';
import type { Runners } from '../../ports/runners.ts';
import { type HoldDeps, holdModels } from '../engines/hold-model.ts';
import { type ResolvedModel, type ResolveDeps, resolveModel } from '../resolve-model.ts';
import { type Artifact, trackArtifacts } from './track-artifacts.ts';

export type RunJobDeps = ResolveDeps & HoldDeps & { readonly runners: Runners; readonly origins: Origins };

/** A piece of work, as a user says it. */
export interface RunJobRequest extends Omit<RunnerJob, 'models'> {
  /** As `--runner` takes it; absent: the first that does the task. */
  readonly runner?: string;
  /** By role: a reference, what was resolved already, or one that is at an endpoint. */
  readonly models: Readonly<Record<string, string | ResolvedModel | RunnerModel>>;
  readonly pull?: PullPolicy;
}

/** What was done, and by whom. */
export interface JobDone extends RunnerResult {
  readonly runner: string;
  readonly models: Readonly<Record<string, RunnerModel>>;
  /** What it left below its output, in the order in which it was finished. */
  readonly artifacts: readonly Artifact[];
}

/**
 * Lets a runner do a job. Its models are leased as long as it takes. Of each checkpoint and adapter that it finishes it is noted what it was
 * made of, also when the job fails later.
 * @throws IlabError as `chooseRunner`, `resolveModel` and `Runner.run`; E_ENGINE when it can't be done on this machine; E_INTEGRITY
 */
export async function runJob(deps: RunJobDeps, request: RunJobRequest, report: (event: RunnerEvent) => void, options: CallOptions): Promise<JobDone> {
  const { task, parameters, output } = request;
  const name = chooseRunner(deps.runners, request);
  const runner = await deps.runners.open(name, options);
  const models: Record<string, RunnerModel> = {};
  const here: ResolvedModel[] = [];
  for (const [role, wanted] of Object.entries(request.models)) {
    const found = typeof wanted === 'string' ? await resolveModel(deps, { value: wanted, ...(request.pull && { pull: request.pull }) }, options) : wanted;
    if ('steps' in found) here.push(found);
    models[role] = 'steps' in found ? { name: found.name, path: found.path } : found;
  }
  const job: RunnerJob = { task, models, parameters, output };
  const tracking = trackArtifacts(deps.origins, { output, origin: originOf(models['model'], { here, by: name }) }, {});
  const tracked = (event: RunnerEvent): RunnerEvent => {
    tracking.take(event);
    return event;
  };
  const lease = await holdModels(deps, here, { purpose: task }, options);
  try {
    const fit = await runner.fit(job, options);
    if (!fit.fits) throw new IlabError('E_ENGINE', `${name} can’t do it: ${fit.because}`, { hint: fit.hint, details: { runner: name } });
    const { summary } = await runner.run(job, (event) => report(tracked(event)), options);
    await tracking.settle();
    return { summary, runner: name, models, artifacts: tracking.artifacts };
  } finally {
    await Promise.allSettled([tracking.settle(), lease.end()]);
  }
}

function originOf(model: RunnerModel | undefined, { here, by }: { readonly here: readonly ResolvedModel[]; readonly by: string }): Origin | undefined {
  if (!model) return undefined;
  const revision = here.find(({ path }) => path === model.path)?.revision;
  return { parent: model.name, by, ...(revision !== undefined && { revision }) };
}

/**
 * Which runner does a task: the one that was asked for, else the first.
 * @throws IlabError E_PLUGIN_MISSING when none is installed (`details.runner` could be); E_USAGE when the one asked for doesn't do it
 */
export function chooseRunner({ installed, installable }: Runners, { task, runner }: { readonly task: RunnerTask; readonly runner?: string }): string {
  const able = installed.filter(({ tasks }) => tasks.includes(task));
  if (runner !== undefined) {
    const asked = installed.find(({ name }) => name === runner);
    // One that is not there is missed by whoever opens it.
    if (!asked || asked.tasks.includes(task)) return runner;
    throw new IlabError('E_USAGE', `${runner} does not ${task}.`, { hint: 'See: ilab runner list' });
  }
  const [first] = able;
  if (first) return first.name;
  const could = installable.find(({ tasks }) => tasks.includes(task))?.name;
  throw new IlabError('E_PLUGIN_MISSING', `No runner is installed that can ${task}.`, {
    hint: could === undefined ? 'See: ilab runner list' : `Install one: ilab runner install ${could}`,
    details: { task, ...(could !== undefined && { runner: could }) },
  });
}
