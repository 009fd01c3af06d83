import type { AnswerStats, RunningModel } from '../chat-partner.ts';
import type { Message, Sampling } from '../client/message.ts';
import type { FindPassages } from '../../rag/grounding.ts';
import type { Conversation } from '../conversation/conversation.ts';

/** What a chat is made of; commands change it. */
export interface ChatState {
  model: RunningModel;
  readonly conversation: Conversation;
  sampling: Sampling;
  /** Whether thoughts are shown. */
  showThoughts: boolean;
  /** Whether Enter begins a line: for the next message, for good, or not. */
  multiLine: 'no' | 'once' | 'always';
  /** What `/n` begins with again. */
  kept: readonly Message[];
  stats: AnswerStats | undefined;
  /** Where the chat is about documents. */
  readonly find?: FindPassages | undefined;
}

/** What commands can do beside changing the state. */
export interface SlashContext {
  readonly state: ChatState;
  print(text: string): void;
  /** An answer as Markdown. */
  printAnswer(text: string): void;
  /** Ends the model that runs and starts another; what runs stays where that fails. */
  switchModel(reference: string): Promise<RunningModel>;
}

export interface SlashCommand {
  /** The first is the one of today. */
  readonly names: readonly string[];
  /** What stands behind the name. */
  readonly takes?: string;
  readonly about: string;
  /** Whether the chat ends with it. */
  readonly leaves?: true;
  run(context: SlashContext, rest: string): Promise<void> | void;
}
