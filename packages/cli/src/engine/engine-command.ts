import { IlabError, isIlabError, type Models, type ResolvedModel } from '@ilab/sdk';
import { DEPRECATED_COMMANDS } from '../deprecation/options.ts';
import { IlabCommand } from '../ilab-command.ts';
import { formatPairs } from '../present/table.ts';
import { meanwhile, type OtherTools } from './meanwhile.ts';
import { tokenizerFolder } from './tokenizer-folder.ts';
import type { UsedModel, WantedModel } from './wanted-model.ts';

type EngineFlags = Parameters<IlabCommand['ilab']>[0] & { readonly pull?: 'missing' | 'never' | 'newer' | 'always' | undefined };

export interface EngineRequest {
  /** What it would do, as “serve models”. */
  readonly does: string;
  readonly models: readonly WantedModel[];
  /** What else was said, for the engine. */
  readonly options?: Readonly<Record<string, string | boolean | undefined>>;
  /** What does the same, where something does. */
  readonly otherTools?: OtherTools;
}

/** A command whose work an engine does: it finds every model, says what it would run, and that no engine is there yet. */
export abstract class EngineCommand extends IlabCommand {
  /**
   * @throws IlabError what resolving throws; E_USAGE when a model that it needs is not named; else E_PLUGIN_MISSING, with what would be run in
   * `details.would`
   */
  protected async engine(flags: EngineFlags, { does, models: wanted, options = {}, otherTools }: EngineRequest): Promise<never> {
    const used = new Map<string, UsedModel>();
    for (const model of wanted) {
      const found = await this.#find(flags, model);
      if (found) used.set(model.role, found);
      const base = model.role === 'model' && found && (await this.#baseOf(flags, found));
      if (base) used.set('base', base);
    }
    const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
    this.log(
      formatPairs([...[...used].map(([role, model]) => [role, placeOf(model)] as const), ...said.map(([name, value]) => [name, String(value)] as const)]),
    );
    const words = this.ctor.id.replaceAll(':', ' ');
    const command = DEPRECATED_COMMANDS[words] ?? words;
    throw new IlabError('E_PLUGIN_MISSING', `This ilab can’t ${does} yet: no engine comes with it.`, {
      hint: meanwhile([...used.values()], otherTools),
      details: { would: { command, models: Object.fromEntries(used), ...(said.length > 0 && { options: Object.fromEntries(said) }) } },
    });
  }

  async #find(flags: EngineFlags, { role, given, setting, needed = false, atEndpoint = false }: WantedModel): Promise<UsedModel | undefined> {
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
      const found = await ilab.models.resolve({ reference, ...(pull && { pull }) }, { signal: this.signal });
      if (!flags.quiet) this.note(using(role, found));
      return usedModel(found);
    } catch (error) {
      const alone = role === 'tokenizer' ? await tokenizerFolder(reference, error, ilab.models) : undefined;
      if (alone) return alone;
      throw unasked && isIlabError(error) && error.code === 'E_NOT_FOUND' ? defaultNotHere(role, reference) : error;
    }
  }

  /** What an adapter was made for. Whoever made it has named it, so it is not fetched unasked, and no path of theirs is looked at. */
  async #baseOf(flags: EngineFlags, model: UsedModel): Promise<UsedModel | undefined> {
    if (!('path' in model) || model.format !== 'adapter') return undefined;
    const { models } = await this.ilab(flags);
    const { base } = await models.inspect({ reference: model.path }, { signal: this.signal });
    if (base === undefined || !isName(base, models)) return undefined;
    const found = await models.resolve({ reference: base, pull: flags.pull ?? 'never' }, { signal: this.signal });
    if (!flags.quiet) this.note(using('base', found));
    return usedModel(found);
  }
}

/** What an adapter calls its base may be anything. */
function isName(text: string, models: Pick<Models, 'parse'>): boolean {
  try {
    return models.parse(text).kind !== 'path';
  } catch {
    return false;
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

function usedModel({ reference, path, origin, format, revision, version, downloaded }: ResolvedModel): UsedModel {
  return { reference, path, origin, format, ...(revision !== undefined && { revision }), ...(version !== undefined && { version }), downloaded };
}

function placeOf(model: UsedModel): string {
  return 'path' in model ? model.path : `${model.endpointName} (as the endpoint calls it)`;
}
