import type { Endpoints, RunningServer } from '@ilab/sdk';
import { contextTokens } from '../chat/chat-settings.ts';
import { askServer } from '../chat/client/ask-server.ts';
import { EngineCommand } from '../engine/engine-command.ts';
import type { ModelFlags } from '../engine/model-command.ts';
import { apiKey } from './api-key.ts';
import type { ServedModel } from './served-model.ts';

export type JoiningFlags = ModelFlags & { readonly backend?: string | undefined; readonly context?: string | undefined };

/** A model of a server that runs here, and what it takes to ask it. */
export interface JoinedModel {
  /** Ends in `/v1`. */
  readonly endpoint: string;
  /** For exactly the origin of `endpoint`. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the server calls it. */
  readonly model: string;
  readonly endpoints: Endpoints;
  readonly contextLength?: number;
}

/** A command that uses what `ilab model serve` has, and does not load it again. */
export abstract class JoiningCommand extends EngineCommand {
  /** Servers that may be used: none where somebody says how to run the model, which is the server's business. */
  protected async usableServers(flags: JoiningFlags): Promise<readonly RunningServer[]> {
    if (flags.backend !== undefined || contextTokens(flags.context) !== undefined) return [];
    return (await this.ilab(flags)).servers.list({ signal: this.signal });
  }

  /** @returns undefined where the server doesn't answer as it should: the model is started then */
  protected async joinServer(flags: JoiningFlags, { server, name }: ServedModel): Promise<JoinedModel | undefined> {
    // The key is for servers of `ilab model serve`, and this is one: nothing else gets it.
    const key = server.needsKey ? await apiKey(undefined, process.env) : undefined;
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const { endpoints } = await this.ilab(flags);
    const { because, contextLength } = await askServer({ url: server.url, headers, name, endpoints }, { signal: this.signal });
    if (because !== undefined) {
      this.warnUser(`${server.url} serves ${name}, and is not used: ${because}`);
      return undefined;
    }
    if (!flags.quiet) this.noteText(`Using ${name}, which is served at ${server.url}`);
    return { endpoint: `${server.url}/v1`, headers, model: name, endpoints, ...(contextLength !== undefined && { contextLength }) };
  }
}
