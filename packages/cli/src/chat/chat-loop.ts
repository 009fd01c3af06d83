import { type CallOptions, isIlabError } from '@ilab/sdk';
import { presentError } from '../present/error.ts';
import { presentSources } from '../present/sources.ts';
import { askModel } from './chat-partner.ts';
import type { ChatState, SlashContext } from './slash/chat-state.ts';
import { completeSlash, runSlash } from './slash/commands.ts';
import { createAnswerView } from './terminal/answer-view.ts';
import { createLineCollector } from './terminal/line-collector.ts';
import { type Read, readMessage } from './terminal/read-message.ts';
import { withStopKey } from './terminal/stop-key.ts';
import { wrapLines } from './text/wrap-lines.ts';

export interface ChatTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly plain: boolean;
  /** The last first; what is typed is put before it. */
  readonly history: string[];
}

/** Speaks with a model until the person leaves. Errors are told, and the chat goes on. */
export async function runChat(
  state: ChatState,
  terminal: ChatTerminal,
  { switchModel, signal }: CallOptions & { readonly switchModel: SlashContext['switchModel'] },
): Promise<void> {
  const { input, output, plain, history } = terminal;
  const collector = createLineCollector(() => state.multiLine !== 'no');
  const print = (text: string): void => void output.write(`${wrapLines(text, output.columns ?? 80)}\n`);
  const context: SlashContext = {
    state,
    print,
    switchModel,
    printAnswer(text) {
      const view = createAnswerView({ stream: output, plain, showThoughts: false });
      view.piece({ type: 'text', text });
      view.end();
    },
  };
  const ahead = { text: '' };
  let interrupts = 0;
  for (;;) {
    const read = await readMessage(
      { input, output, collector, history, complete: completeSlash, prompt: '>>> ', morePrompt: '... ', ahead },
      signal ? { signal } : {},
    );
    signal?.throwIfAborted();
    interrupts = read === 'interrupt' ? interrupts + 1 : 0;
    if (read === 'end' || interrupts > 1) return print('');
    if (read === 'interrupt') print('\nCtrl-C again, Ctrl-D or /bye leaves.');
    else if ((await say(read)) === 'leave') return;
  }

  async function say({ message }: Exclude<Read, string>): Promise<'leave' | 'stay'> {
    if (message.trim() === '') {
      // A message of several lines that was given up is not asked for again.
      if (state.multiLine === 'once') state.multiLine = 'no';
      return 'stay';
    }
    try {
      const done = await runSlash(message, context);
      if (done === 'leave') return 'leave';
      if (done === undefined) await answer(message);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isIlabError(error)) throw error;
      output.write(presentError(error));
    }
    return 'stay';
  }

  async function answer(message: string): Promise<void> {
    if (state.multiLine === 'once') state.multiLine = 'no';
    const stopped = new AbortController();
    const both = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal;
    const view = createAnswerView({ stream: output, plain, showThoughts: state.showThoughts });
    const asked = { role: 'user', content: message } as const;
    try {
      const request = { messages: [...state.conversation.messages, asked], sampling: state.sampling, find: state.find };
      const work = () => askModel(state.model, request, (piece) => view.piece(piece), { signal: both });
      const { text, stats, passages } = await withStopKey(input, () => stopped.abort(), work);
      view.end();
      state.conversation.add(asked, { role: 'assistant', content: text });
      if (passages.length > 0) print(presentSources(passages, process.cwd()));
      tell(stats.reason, stats.left);
      state.stats = stats;
    } catch (error) {
      view.end();
      if (!stopped.signal.aborted) throw error;
      print('(stopped)');
    }
  }

  function tell(reason: string, left: number): void {
    if (reason === 'interrupted') print('(stopped)');
    if (reason === 'length') print('(The answer is cut short: it has all the tokens that it may have.)');
    if (left > 0 && left !== state.stats?.left) print(`(The oldest ${left} messages no longer fit into the context, and were left out.)`);
    print('');
  }
}
