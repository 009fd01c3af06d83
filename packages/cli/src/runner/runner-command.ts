import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type EngineSession, type Ilab, IlabError, type JobDone, type Json, type RunnerModel, type RunnerTask } from '@ilab/sdk';
import type { ModelFlags } from '../engine/model-command.ts';
import type { FoundModel, WantedModel } from '../engine/wanted-model.ts';
import { formatPairs } from '../present/table.ts';
import { type JoinedModel, JoiningCommand } from '../serve/joining-command.ts';
import { foundAmong, namedAmong } from '../serve/served-model.ts';
import { createJobReport } from './job-report.ts';
import { makeOutput, outputName } from './output-name.ts';

export type JobFlags = ModelFlags & { readonly runner?: string | undefined; readonly backend?: string | undefined; readonly destination?: string | undefined };

/** What a command has a runner do. */
export interface Work {
  readonly task: RunnerTask;
  /** What it would do, as “train models”. */
  readonly does: string;
  readonly models: readonly WantedModel[];
  /** Roles of the models that the runner asks over HTTP: each is started for the job. */
  readonly asked?: readonly string[];
  /** A server that has those of `asked` that are at an endpoint. */
  readonly endpoint?: string | undefined;
  /** Those without a value are left out. */
  readonly parameters: Readonly<Record<string, Json | undefined>>;
  /** Where results go when no destination is named: below ilab's data, or the checkpoints. */
  readonly below: 'datasets' | 'evaluations' | 'checkpoints';
  /** What no runner does, so that it needs not be asked. */
  readonly undoable?: boolean;
}

/** For `--json`. */
export interface WorkDone extends Pick<JobDone, 'runner' | 'summary' | 'artifacts'> {
  /** The folder that has all of it. */
  readonly path: string;
}

/** A command whose work a runner does, with the models that the command finds and starts. */
export abstract class RunnerCommand extends JoiningCommand {
  /** @throws IlabError as `EngineCommand.engine` where nobody does it; as `Runners.run` */
  protected async work(flags: JobFlags, work: Work): Promise<WorkDone> {
    const joined = await this.#joinNamed(flags, work);
    const found = await this.#find(flags, work, joined);
    const ilab = work.undoable ? undefined : await this.#withRunner(flags, work);
    if (!ilab) return this.nothingDoesIt(flags, found, { does: work.does, task: work.task, options: optionsOf(work, flags) });
    const sessions: EngineSession[] = [];
    try {
      const models: Record<string, RunnerModel> = {};
      for (const [role, model] of found) {
        const there = joined.get(role) ?? (await this.#joinFound(flags, { role, work, found }));
        if (there) models[role] = asked(there.model, there);
        else models[role] = work.asked?.includes(role) ? await this.#start(flags, { model, work, sessions }) : onDisk(model);
      }
      return await this.#run(ilab, flags, { work, found, models });
    } finally {
      await Promise.all(sessions.map((session) => session.end()));
    }
  }

  /** Tells what came of it: figures, and where the files are. The path comes last, alone, for whoever reads it. */
  protected tell({ path, summary }: WorkDone): void {
    const figures = Object.entries(summary).filter(([, value]) => typeof value !== 'object' || value === null);
    if (figures.length > 0) this.note(formatPairs(figures.map(([name, value]) => [name, String(value)] as const)));
    this.log(path);
  }

  /** The library with a runner for the task; one that lacks is offered where somebody can be asked. @returns undefined where there is none */
  async #withRunner(flags: JobFlags, { task }: Work): Promise<Ilab | undefined> {
    const ilab = await this.ilab(flags);
    const able = (await ilab.runners.list()).filter(({ tasks, runner }) => tasks.includes(task) && (flags.runner === undefined || flags.runner === runner));
    if (able.some(({ state }) => state === 'ready')) return ilab;
    const [lacking] = able.filter(({ state }) => state === 'incomplete' || state === 'missing');
    if (!lacking) return undefined;
    const prompt = this.prompt(flags);
    const message = `No runner that can ${task} is installed. Install ${lacking.runner}? It takes minutes, and a gigabyte or more.`;
    if (prompt.interactive && (await prompt.confirm({ message }, { signal: this.signal }))) {
      return this.ilabWith(flags, await this.bringRunner(flags, lacking.runner, { yes: true }));
    }
    return undefined;
  }

  async #start(
    flags: JobFlags,
    { model, work, sessions }: { readonly model: FoundModel; readonly work: Work; readonly sessions: EngineSession[] },
  ): Promise<RunnerModel> {
    const backend = flags.backend === undefined ? {} : { backend: flags.backend };
    const wanted =
      'endpointName' in model ? { model: model.endpointName, ...(work.endpoint !== undefined && { endpoint: work.endpoint }) } : { model: resolved(model) };
    const plan = await this.planModel(flags, { ...wanted, ...backend });
    const session = await (await this.ilab(flags)).engines.start(plan, { purpose: work.task }, { signal: this.signal });
    sessions.push(session);
    const [name = ''] = plan.names;
    return asked(name, session);
  }

  /** The first model that is asked, where a server that runs is meant: by its address, or because nobody has chosen one. */
  async #joinNamed(flags: JobFlags, { models, asked: roles = [], endpoint, undoable = false }: Work): Promise<ReadonlyMap<string, JoinedModel>> {
    const first = models.find(({ role, needed }) => roles.includes(role) && needed);
    if (!first || undoable) return new Map();
    const setting = first.setting === undefined ? undefined : (await this.ilab(flags)).config.get(first.setting);
    const named = namedAmong(await this.usableServers(flags), { model: first.given, adapter: undefined, endpoint, setting });
    const joined = named && (await this.joinServer(flags, named));
    return new Map(joined ? [[first.role, joined]] : []);
  }

  /** Those that are joined are known by the server's name of them, and not looked for. */
  async #find(flags: JobFlags, { models }: Work, joined: ReadonlyMap<string, JoinedModel>): Promise<ReadonlyMap<string, FoundModel>> {
    return this.findModels(
      flags,
      models.map((wanted) => {
        const there = joined.get(wanted.role);
        return there ? { role: wanted.role, given: there.model, atEndpoint: true } : wanted;
      }),
    );
  }

  /** A server that has exactly what was found. */
  async #joinFound(
    flags: JobFlags,
    { role, work, found }: { readonly role: string; readonly work: Work; readonly found: ReadonlyMap<string, FoundModel> },
  ): Promise<JoinedModel | undefined> {
    const [model, base] = [found.get(role), found.get('base')];
    if (!model || !work.asked?.includes(role)) return undefined;
    const same = foundAmong(await this.usableServers(flags), new Map([['model', model], ...(role === 'model' && base ? [['base', base] as const] : [])]));
    return same && this.joinServer(flags, same);
  }

  async #run(
    ilab: Ilab,
    flags: JobFlags,
    { work, found, models }: { readonly work: Work; readonly found: ReadonlyMap<string, FoundModel>; readonly models: Readonly<Record<string, RunnerModel>> },
  ): Promise<WorkDone> {
    const { checkpointsDir } = ilab.config.show().models;
    const home = flags.destination ?? (work.below === 'checkpoints' ? checkpointsDir : join(dirname(checkpointsDir), work.below));
    const path = await makeOutput(home, outputName(Object.values(models)[0]?.name ?? work.task, new Date()));
    const report = createJobReport({ print: (line) => (flags.quiet ? undefined : this.note(line)), debug: Boolean(process.env['ILAB_DEBUG']) });
    const parameters = Object.fromEntries(Object.entries(work.parameters).filter((entry): entry is [string, Json] => entry[1] !== undefined));
    // What lies here is held by the job itself, which has to know it as it was found.
    const known = Object.fromEntries(Object.entries(models).map(([role, model]) => [role, heldByJob(found.get(role), model)]));
    const choice = flags.runner === undefined ? {} : { runner: flags.runner };
    const request = { task: work.task, models: known, parameters, output: path, ...choice };
    try {
      const { runner, summary, artifacts } = await ilab.runners.run(request, report, { signal: this.signal });
      return { runner, path, summary, artifacts };
    } catch (error) {
      // What was never begun leaves nothing; what was keeps what is finished.
      await rmdir(path).catch(() => undefined);
      throw error;
    }
  }
}

/** A model as a runner asks it. */
function asked(name: string, { endpoint: url, headers, contextLength }: Pick<EngineSession, 'endpoint' | 'headers' | 'contextLength'>): RunnerModel {
  return { name, endpoint: { url, model: name, headers, ...(contextLength !== undefined && { contextLength }) } };
}

function heldByJob(found: FoundModel | undefined, model: RunnerModel): RunnerModel | Extract<FoundModel, { steps: unknown }> {
  return model.endpoint === undefined && found && 'steps' in found ? found : model;
}

function onDisk(model: FoundModel): RunnerModel {
  if ('path' in model) return { name: model.reference, path: model.path };
  throw new IlabError('E_USAGE', `${model.endpointName} is at an endpoint, and has to be here for this.`, { hint: 'Name a model that is on this machine.' });
}

function resolved(model: FoundModel): Extract<FoundModel, { steps: unknown }> {
  if ('steps' in model) return model;
  throw new IlabError('E_USAGE', 'A tokenizer alone can’t be run.', { hint: 'Name a model.' });
}

function optionsOf({ parameters, endpoint }: Work, { destination }: JobFlags): Readonly<Record<string, string | boolean | undefined>> {
  const said = Object.entries(parameters).map(([name, value]) => [name, value === undefined || typeof value === 'boolean' ? value : String(value)] as const);
  return { ...Object.fromEntries(said), 'endpoint-url': endpoint, destination };
}
