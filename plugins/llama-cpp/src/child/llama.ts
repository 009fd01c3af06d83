// As much of node-llama-cpp 3.22 as is used here. It is installed apart, for one platform, so its own types are not at hand.

export type Token = number & { readonly __token: never };

export interface NodeLlamaCpp {
  getLlama(options: object): Promise<Llama>;
  resolveChatWrapper(model: LlamaModel, options: object): ChatWrapper;
  readonly JinjaTemplateChatWrapper: new (options: { readonly template: string }) => ChatWrapper;
  readonly LlamaChat: new (options: {
    readonly contextSequence: Sequence;
    readonly chatWrapper: ChatWrapper;
    readonly autoDisposeSequence: false;
  }) => LlamaChat;
  readonly LlamaCompletion: new (options: { readonly contextSequence: Sequence; readonly autoDisposeSequence: false }) => LlamaCompletion;
}

export interface Llama {
  loadModel(options: object): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: object): Promise<Grammar>;
  getGrammarFor(type: 'json'): Promise<Grammar>;
  createGrammar(options: Grammar): Promise<Grammar>;
  dispose(): Promise<void>;
}

/** To be had of the library alone, though it can be made of its own parts. */
export interface Grammar {
  readonly grammar: string;
  /** Opaque. */
  readonly stopGenerationTriggers: readonly unknown[];
  readonly trimWhitespaceSuffix: boolean;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  /** Numbers in a vector. */
  readonly embeddingVectorSize: number;
  readonly tokenizer: object;
  readonly tokens: {
    readonly bos: Token | null;
    readonly bosString: string | null;
    readonly eosString: string | null;
    readonly shouldPrependBosToken: boolean;
  };
  readonly fileInfo: {
    readonly architectureMetadata: { readonly attention?: { readonly causal?: unknown } };
    readonly metadata: {
      readonly general?: { readonly architecture?: unknown };
      readonly tokenizer?: { readonly chat_template?: unknown; readonly ggml?: { readonly tokens?: readonly string[] } };
    };
  };
  tokenize(text: string, specialTokens?: boolean): Token[];
  /** @param before tokens that stand before these: their text may begin otherwise */
  detokenize(tokens: readonly Token[], specialTokens?: boolean, before?: readonly Token[]): string;
  isEogToken(token: Token): boolean;
  createContext(options: object): Promise<LlamaContext>;
  createEmbeddingContext(options: object): Promise<EmbeddingContext>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): Sequence;
}

/** One conversation's place in a context. */
export interface Sequence {
  readonly contextSize: number;
  /** Of all that was ever generated here. */
  readonly tokenMeter: { readonly usedOutputTokens: number };
  /** How many tokens are computed. */
  readonly nextTokenIndex: number;
  clearHistory(): Promise<void>;
  /** Keeps what is the same from the start on, and drops the rest. */
  adaptStateToTokens(tokens: readonly Token[], allowShift: false): Promise<void>;
  /** One token after the other; each may be replaced before the next is asked for. */
  evaluate(tokens: Token[], options?: object): AsyncGenerator<Token, void, Token | Token[] | undefined>;
  controlledEvaluate(input: readonly (Token | readonly [Token, object])[]): Promise<readonly ({ readonly next: NextToken } | undefined)[]>;
}

export interface NextToken {
  /** By token, the largest first: only those that were asked for. */
  readonly logits?: ReadonlyMap<Token, number>;
  /** The sum of `exp(logit - largest logit)` over the whole vocabulary. */
  readonly totalLogitWeight?: number;
}

export interface EmbeddingContext {
  getEmbeddingFor(input: Token[] | string): Promise<{ readonly vector: readonly number[] }>;
  calculateInputLength(input: Token[] | string): number;
}

export interface ChatWrapper {
  generateContextState(state: {
    readonly chatHistory: readonly HistoryItem[];
    readonly availableFunctions?: Functions;
    readonly documentFunctionParams?: boolean;
  }): {
    readonly contextText: { tokenize(tokenizer: object): readonly Token[] };
  };
}

export type HistoryItem =
  | { readonly type: 'system'; readonly text: string }
  | { readonly type: 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: (string | FunctionCall)[] };

export interface FunctionCall {
  readonly type: 'functionCall';
  readonly name: string;
  readonly params: unknown;
  readonly result: unknown;
  readonly startsNewChunk?: boolean;
}

export type Functions = Readonly<Record<string, { readonly description?: string; readonly params?: object }>>;

/** What steers the choice of tokens, and ends it. */
export interface GenerationOptions {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly repeatPenalty?: false | { readonly penalty: number; readonly frequencyPenalty: number; readonly presencePenalty: number };
  readonly customStopTriggers?: readonly string[];
  readonly signal?: AbortSignal;
  readonly stopOnAbortSignal?: boolean;
  readonly onTextChunk?: (text: string) => void;
  readonly onToken?: (tokens: readonly Token[]) => void;
  readonly grammar?: Grammar;
}

export interface ChatOptions extends GenerationOptions {
  readonly functions?: Functions;
  readonly documentFunctionParams?: boolean;
  readonly maxParallelFunctionCalls?: number;
  readonly onResponseChunk?: (chunk: { readonly type?: 'segment'; readonly text: string }) => void;
}

export interface LlamaChat {
  generateResponse(
    history: readonly HistoryItem[],
    options: ChatOptions,
  ): Promise<{
    readonly response: string;
    readonly functionCalls?: readonly { readonly functionName: string; readonly params: unknown }[];
    readonly metadata: { readonly stopReason: string };
  }>;
  dispose(options: { readonly disposeSequence: false }): void;
}

export interface LlamaCompletion {
  generateCompletionWithMeta(
    input: readonly Token[],
    options: GenerationOptions & { readonly disableContextShift: true },
  ): Promise<{ readonly response: string; readonly metadata: { readonly stopReason: string } }>;
  dispose(options: { readonly disposeSequence: false }): void;
}
