/** A message as OpenAI's API has it. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How to answer, by the names of OpenAI's API; what is absent is the server's choice. */
export interface Sampling {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly min_p?: number;
  readonly seed?: number;
  readonly max_tokens?: number;
  readonly repeat_penalty?: number;
  readonly presence_penalty?: number;
  readonly frequency_penalty?: number;
  readonly stop?: readonly string[];
}

/** A piece of an answer. Texts are the model's, as they came. */
export type Piece =
  | { readonly type: 'thought' | 'text'; readonly text: string }
  /** Why it ended, and what the server counted. */
  | { readonly type: 'end'; readonly reason: string; readonly promptTokens?: number; readonly tokens?: number };
