import { join, resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError } from '@ilab/sdk';
import type { SpeakingFlags } from '../../chat/chat-command.ts';
import { type Answer, askModel, type RunningModel } from '../../chat/chat-partner.ts';
import { runChat } from '../../chat/chat-loop.ts';
import { type ChatSettings, chatSettings } from '../../chat/chat-settings.ts';
import { Conversation } from '../../chat/conversation/conversation.ts';
import { loadSession, saveSession } from '../../chat/conversation/session-file.ts';
import { readQuestion } from '../../chat/question.ts';
import { createAnswerView } from '../../chat/terminal/answer-view.ts';
import { readHistory, writeHistory } from '../../chat/terminal/history.ts';
import { presentSources } from '../../present/sources.ts';
import type { Collection } from '../../rag/collection.ts';
import { createEmbedder } from '../../rag/embedder.ts';
import type { FoundPassage } from '../../rag/find-passages.ts';
import { createFinder, type FindPassages } from '../../rag/grounding.ts';
import { openCollection, otherModel, USUAL_COLLECTION } from '../../rag/open-collection.ts';
import { RagCommand } from '../../rag/rag-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';
import { namedAmong } from '../../serve/served-model.ts';
import { wantsPlain } from '../../terminal/progress.ts';

const ENDPOINT = 'endpoint-url';

/** What `--json` tells of an answer. */
interface ToldAnswer {
  readonly model: string;
  readonly answer: string;
  readonly stats: Answer['stats'];
  /** With `--rag`: what of the documents stood before the question, the nearest first. */
  readonly sources?: readonly Pick<FoundPassage, 'document' | 'heading' | 'nearness'>[];
}

export default class ModelChat extends RagCommand {
  static override summary = 'Chat with a model, or ask it one question.';
  static override description =
    'Without a question it is a chat at the terminal, where /help lists commands. What is piped in stands behind the question. A model that `ilab model serve` has is not started again, unless --backend or --context say how to run it. With --endpoint-url, --model is the name that the endpoint has for it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab',
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab --temperature 0 "What is InstructLab?"',
    '<%= config.bin %> <%= command.id %> --endpoint-url http://localhost:8000/v1 --model gpt-4o',
  ];
  static override strict = false;
  static override args = { QUESTION: Args.string({ name: 'QUESTION', description: 'Ask this, print the answer, and end.', ignoreStdin: true }) };
  static override flags = {
    model: modelFlag,
    adapter: roleFlag('A LoRA adapter to put on the model.'),
    rag: Flags.boolean({ summary: 'Answer from documents: ilab rag ingest' }),
    collection: Flags.string({ summary: `Which documents; default “${USUAL_COLLECTION}”.`, helpValue: 'COLLECTION', dependsOn: ['rag'] }),
    'embedding-model': roleFlag('The model that embedded the documents.'),
    [ENDPOINT]: Flags.string({ summary: 'A server to talk to.', helpValue: 'URL' }),
    backend: Flags.string({ summary: 'The engine to run it with.', helpValue: 'ENGINE' }),
    'max-tokens': Flags.integer({ summary: 'Tokens that an answer can have.', helpValue: 'N', min: 1 }),
    temperature: Flags.string({ char: 't', summary: 'How freely it chooses words, 0 to 2.', helpValue: 'N' }),
    seed: Flags.integer({ summary: 'The same gives the same answer.', helpValue: 'N', min: 0 }),
    system: Flags.string({ summary: 'What the conversation starts with.', helpValue: 'TEXT' }),
    context: Flags.string({ char: 'c', summary: 'Tokens that the conversation can have.', helpValue: 'N' }),
    session: Flags.string({ char: 's', summary: 'Go on with a kept conversation.', helpValue: 'FILE' }),
    plain: Flags.boolean({ summary: 'Print answers as they come, without Markdown.' }),
    pull: pullFlag,
  };

  async run(): Promise<ToldAnswer | undefined> {
    const { argv, flags } = await this.parse(ModelChat);
    const { config } = await this.ilab(flags);
    const settings = chatSettings(flags, (key) => config.get(key));
    const conversation = new Conversation(settings.system);
    if (settings.session !== undefined) conversation.restore((await loadSession(resolve(settings.session))).messages);
    const collection = flags.rag ? await openCollection(this.config.dataDir, flags.collection) : undefined;
    const start = await this.#find(flags, flags.model);
    const question = await readQuestion(argv.map(String), process.stdin, (line) => this.note(line));
    if (question === undefined && (this.jsonEnabled() || !process.stdin.isTTY || !process.stdout.isTTY)) throw noQuestion();
    const model = await start();
    const find = collection && (await this.#finder(flags, { collection, model }));
    const chat = { model, conversation, settings, plain: flags.plain || wantsPlain(process.env), find };
    if (question !== undefined) return this.#ask(question, chat);
    await this.#chat(flags, chat);
    return undefined;
  }

  /** Whom to speak with: a server that runs already, or what has to be started. */
  async #find(flags: StartFlags, given: string | undefined): Promise<() => Promise<RunningModel>> {
    const { [ENDPOINT]: endpoint, adapter } = flags;
    const setting = (await this.ilab(flags)).config.get('chat.model');
    const named = namedAmong(await this.usableServers(flags), { model: given, adapter, endpoint, setting });
    const joined = named && (await this.joinChat(flags, named));
    if (joined) return async () => joined;
    const found = await this.findModels(flags, [
      { role: 'model', toRun: flags, given, needed: true, ...(endpoint === undefined ? { setting: 'chat.model' } : { atEndpoint: true }) },
      { role: 'adapter', given: adapter },
    ]);
    return this.speakerFor(flags, { found, does: 'chat with models' });
  }

  /** With the model that the documents were embedded with, and no other: only its vectors can be compared with theirs. */
  async #finder(flags: StartFlags, { collection, model }: { readonly collection: Collection; readonly model: RunningModel }): Promise<FindPassages> {
    const { model: name, endpoint, revision } = collection.embedding;
    const given = flags['embedding-model'];
    if (given === undefined && model.name === name && endpoint === flags[ENDPOINT]) return createFinder(collection, createEmbedder(model));
    const how = { ...flags, backend: undefined, context: undefined, [ENDPOINT]: endpoint };
    const { speaker, embedding } = await this.startEmbedding(how, given ?? name);
    if (embedding.model !== name || (revision !== undefined && embedding.revision !== revision)) throw otherModel(name, embedding.model);
    return createFinder(collection, createEmbedder(speaker));
  }

  /** One question, one answer. */
  async #ask(question: string, { model, conversation, settings, plain, find }: Chat): Promise<ToldAnswer> {
    const view = createAnswerView({ stream: process.stdout, plain, showThoughts: process.stdout.isTTY });
    const request = { messages: [...conversation.messages, { role: 'user', content: question } as const], sampling: settings.sampling, find };
    const { text, stats, passages } = await askModel(model, request, (piece) => (this.jsonEnabled() ? undefined : view.piece(piece)), { signal: this.signal });
    if (!this.jsonEnabled()) view.end();
    this.signal.throwIfAborted();
    if (stats.reason === 'length') this.warnUser('The answer is cut short: it has all the tokens that it may have. --max-tokens allows more.');
    if (passages.length > 0) this.note(presentSources(passages, process.cwd()));
    const sources = passages.map(({ document, heading, nearness }) => ({ document, heading, nearness }));
    return { model: model.name, answer: text, stats, ...(find && { sources }) };
  }

  async #chat(flags: StartFlags, { model, conversation, settings, plain, find }: Chat): Promise<void> {
    const path = join(this.config.dataDir, 'chat', 'history');
    const history = await readHistory(path);
    const state = { model, conversation, sampling: settings.sampling, showThoughts: true, multiLine: 'no', kept: [], stats: undefined, find } as Parameters<
      typeof runChat
    >[0];
    this.log(`${model.name}\n${model.by}\n/help lists the commands, Ctrl-D leaves.\n`);
    const switchModel = async (given: string): Promise<RunningModel> => {
      const next = await (await this.#find(flags, given))();
      await state.model.end();
      return next;
    };
    try {
      await runChat(state, { input: process.stdin, output: process.stdout, plain, history }, { switchModel, signal: this.signal });
    } finally {
      await writeHistory(path, history);
      if (settings.logs !== undefined) await this.#log(settings.logs, state);
    }
  }

  /** What was said, where the configuration wants it kept. */
  async #log(folder: string, { model, conversation }: Pick<Chat, 'model' | 'conversation'>): Promise<void> {
    if (conversation.turns.length === 0) return;
    const name = `chat-${new Date()
      .toISOString()
      .replace(/\.\d+Z$/, '')
      .replace(/[:T]/g, '-')}.json`;
    await saveSession(join(resolve(folder), name), { model: model.name, messages: conversation.messages });
  }
}

type StartFlags = SpeakingFlags & { readonly adapter?: string | undefined; readonly 'embedding-model'?: string | undefined };

interface Chat {
  readonly model: RunningModel;
  readonly conversation: Conversation;
  readonly settings: ChatSettings;
  readonly plain: boolean;
  readonly find: FindPassages | undefined;
}

function noQuestion(): IlabError {
  return new IlabError('E_USAGE', 'There is no question, and no terminal to chat at.', { hint: 'Ask one: ilab model chat --model REF "What is InstructLab?"' });
}
