import { isIlabError } from '@ilab/sdk';
import { ChatCommand, type SpeakingFlags } from '../chat/chat-command.ts';
import type { RunningModel } from '../chat/chat-partner.ts';
import { foundAmong } from '../serve/served-model.ts';
import type { Embedding } from './collection.ts';

/** A model that makes vectors, while it runs. */
export interface RunningEmbedding {
  readonly speaker: RunningModel;
  readonly embedding: Embedding;
}

/** A command that works with documents. */
export abstract class RagCommand extends ChatCommand {
  /**
   * Starts the model that makes vectors, or finds it at a server that runs.
   * @param flags how to run it; `endpoint-url`: a server of somebody's that has it
   */
  protected async startEmbedding(flags: SpeakingFlags, given: string | undefined): Promise<RunningEmbedding> {
    const { 'endpoint-url': endpoint, backend } = flags;
    const place = endpoint === undefined ? ({ setting: 'rag.embedding_model.model' } as const) : { atEndpoint: true };
    const found = await this.findModels(flags, [{ role: 'embedding-model', toRun: { backend }, given, needed: true, ...place }]);
    const model = found.get('embedding-model');
    if (model === undefined || (!('steps' in model) && !('endpointName' in model))) throw new TypeError('a needed model was not found');
    const isHere = 'steps' in model;
    const embedding = {
      model: isHere ? model.reference : model.endpointName,
      ...(endpoint !== undefined && { endpoint }),
      ...(isHere && model.revision !== undefined && { revision: model.revision }),
    };
    const served = endpoint === undefined ? foundAmong(await this.usableServers(flags), new Map([['model', model]])) : undefined;
    const joined = served && (await this.joinChat(flags, served));
    if (joined) return { speaker: joined, embedding };
    try {
      const plan = await this.planModel(flags, {
        model: isHere ? model : model.endpointName,
        slots: 1,
        ...(endpoint !== undefined && { endpoint }),
        ...(backend !== undefined && { backend }),
      });
      return { speaker: await this.startChat(flags, plan), embedding };
    } catch (error) {
      if (!isIlabError(error) || error.code !== 'E_PLUGIN_MISSING' || backend !== undefined) throw error;
      return this.nothingDoesIt(flags, found, { does: 'embed documents', options: { 'endpoint-url': endpoint } });
    }
  }
}
