import { isIlabError, type EnginePlan, type ResolvedModel, type RunningServer } from '@ilab/sdk';
import { EngineCommand } from '../engine/engine-command.ts';
import type { OtherTools } from '../engine/meanwhile.ts';
import type { ModelFlags } from '../engine/model-command.ts';
import type { FoundModel } from '../engine/wanted-model.ts';
import { apiKey } from '../serve/api-key.ts';
import type { RunningModel } from './chat-partner.ts';
import { contextTokens } from './chat-settings.ts';
import { askServer } from './client/ask-server.ts';
import type { ServedModel } from './served-model.ts';

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
export abstract class ChatCommand extends EngineCommand {
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

  /** Servers that may be used: none where somebody says how to run the model, which is the server's business. */
  protected async usableServers(flags: SpeakingFlags): Promise<readonly RunningServer[]> {
    if (flags.backend !== undefined || contextTokens(flags.context) !== undefined) return [];
    return (await this.ilab(flags)).servers.list({ signal: this.signal });
  }

  /** @returns undefined where the server doesn't answer as it should: the model is started then */
  protected async joinServer(flags: SpeakingFlags, { server, name }: ServedModel): Promise<RunningModel | undefined> {
    // The key is for servers of `ilab model serve`, and this is one: nothing else gets it.
    const key = server.needsKey ? await apiKey(undefined, process.env) : undefined;
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const { endpoints } = await this.ilab(flags);
    const { because, contextLength } = await askServer({ url: server.url, headers, name, endpoints }, { signal: this.signal });
    if (because !== undefined) {
      this.warnUser(`${server.url} serves ${name}, and is not used: ${because}`);
      return undefined;
    }
    if (!flags.quiet) this.note(`Using ${name}, which is served at ${server.url}`);
    return {
      ...{ endpoint: `${server.url}/v1`, headers, model: name, endpoints, name, by: `Served at ${server.url}.`, because: '' },
      ...(contextLength !== undefined && { contextLength }),
      end: async () => undefined,
    };
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
