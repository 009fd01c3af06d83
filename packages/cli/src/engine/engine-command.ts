import { IlabError, type RunnerTask } from '@ilab/sdk';
import { DEPRECATED_COMMANDS } from '../deprecation/options.ts';
import { formatPairs } from '../present/table.ts';
import { meanwhile, type OtherTools } from './meanwhile.ts';
import { ModelCommand, type ModelFlags } from './model-command.ts';
import { type FoundModel, type UsedModel, usedModel, type WantedModel } from './wanted-model.ts';
import { whatToInstall } from './what-to-install.ts';

export interface EngineRequest {
  /** What it would do, as “serve models”. */
  readonly does: string;
  readonly models: readonly WantedModel[];
  /** Where a runner does it. */
  readonly task?: RunnerTask;
  /** What else was said, for the engine. */
  readonly options?: Readonly<Record<string, string | boolean | undefined>>;
  /** What does the same, where something does. */
  readonly otherTools?: OtherTools;
}

/** A command whose work nothing does yet: it finds every model, says what it would run, and what is missing for that. */
export abstract class EngineCommand extends ModelCommand {
  /**
   * @throws IlabError what resolving throws; E_USAGE when a model that it needs is not named; else E_PLUGIN_MISSING, with what would be run in
   * `details.would`
   */
  protected async engine(flags: ModelFlags, request: EngineRequest): Promise<never> {
    return this.nothingDoesIt(flags, await this.findModels(flags, request.models), request);
  }

  /** @throws IlabError E_PLUGIN_MISSING, as `engine` does */
  protected async nothingDoesIt(
    flags: ModelFlags,
    found: ReadonlyMap<string, FoundModel>,
    { does, task, options = {}, otherTools }: Omit<EngineRequest, 'models'>,
  ): Promise<never> {
    const used = new Map([...found].map(([role, model]) => [role, usedModel(model)]));
    const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
    this.log(
      formatPairs([...[...used].map(([role, model]) => [role, placeOf(model)] as const), ...said.map(([name, value]) => [name, String(value)] as const)]),
    );
    const words = this.ctor.id.replaceAll(':', ' ');
    const command = DEPRECATED_COMMANDS[words] ?? words;
    const install = await whatToInstall(await this.ilab(flags), { task, models: [...used.values()] });
    throw new IlabError('E_PLUGIN_MISSING', `This ilab can’t ${does} yet: no ${task === undefined ? 'engine' : 'runner'} does it.`, {
      hint: meanwhile([...used.values()], { tools: otherTools, install }),
      details: { would: { command, models: Object.fromEntries(used), ...(said.length > 0 && { options: Object.fromEntries(said) }) } },
    });
  }
}

function placeOf(model: UsedModel): string {
  return 'path' in model ? model.path : `${model.endpointName} (as the endpoint calls it)`;
}
