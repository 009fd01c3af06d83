import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { IlabError } from '@ilab/sdk';
import { loadSession, saveSession } from '../conversation/session-file.ts';
import type { SlashCommand, SlashContext } from './chat-state.ts';

export const SESSION_COMMANDS: readonly SlashCommand[] = [
  {
    names: ['/save', '/s'],
    takes: 'FILE',
    about: 'Keep the conversation in a file.',
    async run({ state: { conversation, model }, print }, rest) {
      const path = fileOf(rest);
      await saveSession(path, { model: model.name, messages: conversation.messages });
      print(`Kept in ${path}.`);
    },
  },
  { names: ['/load', '/l'], takes: 'FILE', about: 'Go on with a conversation that was kept.', run: async (context, rest) => void (await load(context, rest)) },
  {
    names: ['/L'],
    takes: 'FILE',
    about: 'The same, and begin with it after each /clear.',
    async run(context, rest) {
      await load(context, rest);
      context.state.kept = context.state.conversation.messages;
    },
  },
  {
    names: ['/clear', '/n'],
    about: 'Begin a new conversation.',
    run({ state: { conversation, kept }, print }) {
      conversation.clear();
      conversation.restore(kept);
      print('A new conversation.');
    },
  },
  {
    names: ['/N'],
    about: 'The same, without what /L loaded.',
    run({ state, print }) {
      state.kept = [];
      state.conversation.clear();
      print('A new conversation.');
    },
  },
];

async function load({ state: { conversation, model }, print }: SlashContext, rest: string): Promise<void> {
  const path = fileOf(rest);
  const { messages, model: other } = await loadSession(path);
  conversation.restore(messages);
  const with_ = other === undefined || other === model.name ? '' : `, with ${other}`;
  print(`${conversation.turns.length} messages${with_}, from ${path}.`);
}

function fileOf(typed: string): string {
  if (typed === '') throw new IlabError('E_USAGE', 'No file is named.', { hint: 'For example: /save chat.json' });
  return resolve(typed.replace(/^~(?=$|[/\\])/, homedir));
}
