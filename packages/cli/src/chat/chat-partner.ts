import type { CallOptions } from '@ilab/sdk';
import { type ChatClient, createChatClient, type Speaker } from './client/chat-client.ts';
import type { Message, Piece, Sampling } from './client/message.ts';
import { type CountTokens, estimateTokens, roomFor, trim } from './conversation/trim.ts';
import type { FoundPassage } from '../rag/find-passages.ts';
import { type FindPassages, withPassages } from '../rag/grounding.ts';

/** A model that runs somewhere, and what it takes to speak with it. */
export interface RunningModel extends Speaker {
  /** Its full name. */
  readonly name: string;
  /** What runs it, as a sentence. */
  readonly by: string;
  /** Why that does, as sentences; empty where nothing was chosen. */
  readonly because: string;
  readonly contextLength?: number;
  end(): Promise<void>;
}

/** How one answer was. */
export interface AnswerStats {
  readonly tokens?: number;
  readonly promptTokens?: number;
  /** Until the first piece came, in seconds. */
  readonly firstAfter: number;
  readonly seconds: number;
  /** Why it ended: `stop`, `length`, or `interrupted`. */
  readonly reason: string;
  /** Messages that did not fit into the context. */
  readonly left: number;
}

export interface Answer {
  readonly text: string;
  readonly stats: AnswerStats;
  /** What of documents stood before the question. */
  readonly passages: readonly FoundPassage[];
}

export interface ChatRequest {
  /** The last is the question. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** Finds what documents say, to put it before the question. */
  readonly find?: FindPassages | undefined;
}

/** Tokens of a context, where the server does not say. */
const USUAL_CONTEXT = 4096;

/** Asks, after the oldest turns have been left out where the context is full, and gives each piece away as it comes. */
export async function askModel(
  { contextLength, ...speaker }: Speaker & Pick<RunningModel, 'contextLength'>,
  { messages: said, sampling, find }: ChatRequest,
  onPiece: (piece: Piece) => void,
  options: CallOptions,
): Promise<Answer> {
  const client = createChatClient(speaker);
  const room = roomFor(contextLength ?? USUAL_CONTEXT, sampling.max_tokens);
  const count = counter(client, options);
  const found = (await find?.(said.at(-1)?.content ?? '', options)) ?? [];
  const { messages, passages } = found.length === 0 ? { messages: said, passages: [] } : await withPassages(said, found, { room, count });
  const fitting = contextLength === undefined ? { messages, left: 0 } : await trim(messages, room, count);
  const started = performance.now();
  let first: number | undefined;
  let text = '';
  let end: Piece & { type: 'end' } = { type: 'end', reason: '' };
  try {
    for await (const piece of client.answer(fitting.messages, sampling, options)) {
      first ??= performance.now();
      if (piece.type === 'text') text += piece.text;
      if (piece.type === 'end') end = { ...end, ...piece, reason: piece.reason || end.reason };
      onPiece(piece);
    }
  } catch (error) {
    // What was said until somebody stopped it is an answer, too.
    if (options.signal?.aborted !== true || text === '') throw error;
    end = { ...end, reason: 'interrupted' };
  }
  const { type: _type, ...rest } = end;
  const now = performance.now();
  return {
    text,
    stats: { ...rest, firstAfter: ((first ?? now) - started) / 1000, seconds: (now - started) / 1000, left: fitting.left },
    passages,
  };
}

/** The server's count, or an estimate where it has none. */
function counter(client: ChatClient, options: CallOptions): CountTokens {
  let counts = true;
  return async (messages) => {
    const counted = counts ? await client.countTokens(messages, options) : undefined;
    counts = counted !== undefined;
    return counted ?? estimateTokens(messages);
  };
}
