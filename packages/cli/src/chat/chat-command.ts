import { isIlabError, type EnginePlan, type ResolvedModel } from '@ilab/sdk';
import type { OtherTools } from '../engine/meanwhile.ts';
import type { ModelFlags } from '../engine/model-command.ts';
import type { FoundModel } from '../engine/wanted-model.ts';
import { JoiningCommand } from '../serve/joining-command.ts';
import { foundAmong, type ServedModel } from '../serve/served-model.ts';
import type { RunningModel } from './chat-partner.ts';
import { contextTokens } from './chat-settings.ts';

export type SpeakingFlags = ModelFlags & {
  readonly 'endpoint-url'?: string | undefined;
  readonly backend?: string | undefined;
  readonly context?: string | undefined;
};

/** What a plan is made of: a model, and perhaps an adapter, by their roles. */
export interface PlanRequest {
  readonly found: ReadonlyMap<string, FoundModel>;
  /** Leave the adapter out. */
  readonly bare?: boolean;
  readonly does: string;
}

const OTHER_TOOLS: OtherTools = { gguf: 'llama-cli --model', safetensors: 'vllm serve' };

/** A command that speaks with models, and ends what it starts. */
export abstract class ChatCommand extends JoiningCommand {
  readonly #running: RunningModel[] = [];

  /** @throws IlabError as `Engines.plan`; E_PLUGIN_MISSING has what would be run in `details.would` */
  protected async planChat(flags: SpeakingFlags, { found, bare = false, does }: PlanRequest): Promise<EnginePlan> {
    const { 'endpoint-url': endpoint, backend } = flags;
    const contextLength = contextTokens(flags.context);
    const model = found.get('model') ?? { endpointName: '' };
    const adapter = bare ? undefined : found.get('adapter');
    try {
      return await this.planModel(flags, {
        model: 'endpointName' in model ? model.endpointName : (model as ResolvedModel),
        ...(adapter && { adapters: [adapter as ResolvedModel] }),
        ...(endpoint !== undefined && { endpoint }),
        ...(backend !== undefined && { backend }),
        ...(contextLength !== undefined && { contextLength }),
        slots: 1,
      });
    } catch (error) {
      if (!isIlabError(error) || error.code !== 'E_PLUGIN_MISSING' || backend !== undefined) throw error;
      return this.nothingDoesIt(flags, found, { does, options: { 'endpoint-url': endpoint }, otherTools: OTHER_TOOLS });
    }
  }

  /** Whom to speak with: a server that has exactly what was found, or what has to be started. */
  protected async speakerFor(flags: SpeakingFlags, request: PlanRequest): Promise<() => Promise<RunningModel>> {
    const { found, bare = false } = request;
    const exactly = bare ? new Map([...found].filter(([role]) => role !== 'adapter')) : found;
    const same = foundAmong(await this.usableServers(flags), exactly);
    const joined = same && (await this.joinChat(flags, same));
    if (joined) return async () => joined;
    const plan = await this.planChat(flags, request);
    return () => this.startChat(flags, plan);
  }

  /** @returns undefined where the server doesn't answer as it should */
  protected async joinChat(flags: SpeakingFlags, served: ServedModel): Promise<RunningModel | undefined> {
    const joined = await this.joinServer(flags, served);
    return joined && { ...joined, name: served.name, by: `Served at ${served.server.url}.`, because: '', end: async () => undefined };
  }

  /** Starts what was planned; it ends with the command at the latest. */
  protected async startChat(flags: SpeakingFlags, plan: EnginePlan): Promise<RunningModel> {
    const { engines, endpoints } = await this.ilab(flags);
    const session = await engines.start(plan, { purpose: 'chat' }, { signal: this.signal });
    const { endpoint, headers, contextLength } = session;
    const [name = ''] = plan.names;
    const running: RunningModel = {
      ...{ endpoint, headers, model: name, endpoints, name, by: `Run by ${plan.engine}.`, because: plan.because },
      ...(contextLength !== undefined && { contextLength }),
      end: () => session.end(),
    };
    this.#running.push(running);
    return running;
  }

  protected override async finally(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((running) => running.end()));
    await super.finally();
  }
}
