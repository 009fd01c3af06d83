import { type DownloadPlan, type EnginePlan, formatOf, type Ilab, IlabError, isIlabError, type PlanEngineRequest, type ResolvedModel } from '@ilab/sdk';
import { presentPlan } from '../present/engine-plan.ts';
import { type CommonFlags, InstallingCommand } from './installing-command.ts';
import { formatBytes } from '../present/units.ts';
import { errorOfSetting } from './error-of-setting.ts';
import { lackingBy, lackingFor, type LackingEngine } from './lacking-engine.ts';
import { tokenizerFolder } from './tokenizer-folder.ts';
import type { FoundModel, WantedModel } from './wanted-model.ts';

export type ModelFlags = CommonFlags & { readonly pull?: 'missing' | 'never' | 'newer' | 'always' | undefined };

/** A command that works with models, each in a role of its own. */
export abstract class ModelCommand extends InstallingCommand {
  /**
   * Finds what was named, else what is set, and says what it uses. An adapter as `model` brings its `base`.
   * @throws IlabError what resolving throws; E_USAGE when a model that it needs is not named
   */
  protected async findModels(flags: ModelFlags, wanted: readonly WantedModel[]): Promise<ReadonlyMap<string, FoundModel>> {
    const used = new Map<string, FoundModel>();
    for (const model of wanted) {
      const found = await this.#find(flags, model);
      if (found) used.set(model.role, found);
      const base = model.role === 'model' && found && 'steps' in found && (await this.#baseOf(flags, found));
      if (base) used.set('base', base);
    }
    return used;
  }

  /**
   * Chooses what runs a model, and says why. An engine that is not installed is offered where somebody can be asked.
   * @throws IlabError as `Engines.plan`
   */
  protected async planModel(flags: ModelFlags, request: PlanEngineRequest): Promise<EnginePlan> {
    const plan = await this.#planOrOffer(flags, request);
    if (!flags.quiet) this.noteText(presentPlan(plan));
    return plan;
  }

  async #planOrOffer(flags: ModelFlags, request: PlanEngineRequest): Promise<EnginePlan> {
    const { engines } = await this.ilab(flags);
    try {
      return await engines.plan(request, { signal: this.signal });
    } catch (error) {
      const engine = isIlabError(error) ? lackingBy(error, await engines.list()) : undefined;
      const prompt = this.prompt(flags);
      if (engine === undefined || !isIlabError(error) || !prompt.interactive) throw error;
      if (!(await prompt.confirm({ message: `${error.message} Install ${engine}?` }, { signal: this.signal }))) throw error;
      return (await this.#bring(flags, engine)).engines.plan(request, { signal: this.signal });
    }
  }

  /** What somebody has just said yes to. */
  async #bring(flags: ModelFlags, engine: string): Promise<Ilab> {
    const { plugin } = await this.bringEngine(flags, engine, { yes: true });
    return this.ilabWith(flags, plugin);
  }

  async #find(flags: ModelFlags, { role, given, setting, needed = false, atEndpoint = false, toRun }: WantedModel): Promise<FoundModel | undefined> {
    const ilab = await this.ilab(flags);
    const set = given === undefined && setting !== undefined ? ilab.config.get(setting) : undefined;
    const reference = given ?? (typeof set?.value === 'string' ? set.value : undefined);
    if (reference === undefined) {
      if (needed) throw notNamed(role, setting);
      return undefined;
    }
    if (atEndpoint) return { endpointName: reference };
    // A default is nobody's choice, and may be large: it is used where it is here, and not fetched unasked.
    const unasked = set?.origin === 'default' && flags.pull === undefined;
    const pull = unasked ? 'never' : flags.pull;
    try {
      const found = await this.#resolve(flags, { reference, toRun, pull });
      if (!flags.quiet) this.noteText(using(role, found));
      return found;
    } catch (error) {
      const alone = role === 'tokenizer' ? await tokenizerFolder(reference, error, ilab.models) : undefined;
      if (alone) return alone;
      if (!unasked || !isIlabError(error) || error.code !== 'E_NOT_FOUND') throw errorOfSetting(error, set);
      return this.#offerDefault(flags, { role, reference, toRun });
    }
  }

  /** First use: the default is offered with its size, and fetched when somebody wants it. */
  async #offerDefault(
    flags: ModelFlags,
    { role, reference, toRun }: Pick<WantedModel, 'role' | 'toRun'> & { readonly reference: string },
  ): Promise<ResolvedModel> {
    const { models } = await this.ilab(flags);
    const prompt = this.prompt(flags);
    if (!prompt.interactive) throw defaultNotHere(role, reference);
    const plan = await models.planDownload({ reference }, { signal: this.signal }).catch((error: unknown) => {
      this.signal.throwIfAborted();
      throw isIlabError(error) && error.code === 'E_OFFLINE' ? defaultNotHere(role, reference) : error;
    });
    const lacking = toRun && (await this.#lackingFor(flags, plan, toRun));
    const [why, todo] = lacking ? [`, and ${lacking.because}`, `Install ${lacking.engine}, and download`] : ['', 'Download'];
    const message = `No ${role.replaceAll('-', ' ')} is named${why}. ${todo} the default, ${reference} (${formatBytes(plan.bytes)})?`;
    if (!(await prompt.confirm({ message }, { signal: this.signal }))) throw defaultNotHere(role, reference);
    if (lacking) await this.#bring(flags, lacking.engine);
    return this.#resolve(flags, { reference, toRun, pull: 'missing' });
  }

  /** Before what is to run here is fetched, an engine for it is offered: nobody is to wait for gigabytes that nothing runs. */
  async #resolve(
    flags: ModelFlags,
    { reference, toRun, pull }: Pick<WantedModel, 'toRun'> & Pick<ModelFlags, 'pull'> & { readonly reference: string },
  ): Promise<ResolvedModel> {
    const { models } = await this.ilab(flags);
    const beforeFetching = async (plan: DownloadPlan): Promise<void> => {
      const prompt = this.prompt(flags);
      const lacking = toRun && plan.needed > 0 && prompt.interactive ? await this.#lackingFor(flags, plan, toRun) : undefined;
      if (!lacking) return;
      const { engine, because } = lacking;
      const message = `${because.replace(/^n/, 'N')}. Install ${engine}?`;
      if (await prompt.confirm({ message }, { signal: this.signal })) return void (await this.#bring(flags, engine));
      throw new IlabError('E_PLUGIN_MISSING', `${plan.reference.canonical} was not fetched: ${because}.`, {
        hint: `Install it: ilab engine install ${engine}. To have the model all the same: ilab model download ${reference}`,
        details: { engine },
      });
    };
    return models.resolve({ reference, toRun: toRun !== undefined, beforeFetching, ...(pull && { pull }) }, { signal: this.signal });
  }

  async #lackingFor(flags: ModelFlags, plan: DownloadPlan, { backend }: NonNullable<WantedModel['toRun']>): Promise<LackingEngine | undefined> {
    const { engines } = await this.ilab(flags);
    return lackingFor(await engines.list(), formatOf(plan.files.map(({ path }) => path)), backend);
  }

  /** What an adapter was made for. */
  async #baseOf(flags: ModelFlags, model: ResolvedModel): Promise<ResolvedModel | undefined> {
    const { engines } = await this.ilab(flags);
    const found = await engines.baseOf(model, { pull: flags.pull }, { signal: this.signal });
    if (found && !flags.quiet) this.noteText(using('base', found));
    return found;
  }
}

function notNamed(role: string, setting: string | undefined): IlabError {
  const also = setting === undefined ? '' : `, or set ${setting} with \`ilab config set\``;
  return new IlabError('E_USAGE', `No ${role.replaceAll('-', ' ')} is named.`, {
    hint: `Name one with --${role}${also}.`,
  });
}

function defaultNotHere(role: string, reference: string): IlabError {
  return new IlabError('E_NOT_FOUND', `No ${role.replaceAll('-', ' ')} is named, and the default is not here: ${reference}.`, {
    hint: `Name one with --${role}, or fetch the default: ilab model download ${reference}`,
  });
}

function using(role: string, { reference, because }: ResolvedModel): string {
  return role === 'model' ? `Using ${reference} (${because})` : `Using ${reference} as ${role.replaceAll('-', ' ')} (${because})`;
}
