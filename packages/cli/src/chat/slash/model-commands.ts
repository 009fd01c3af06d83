import { IlabError } from '@ilab/sdk';
import { formatSeconds } from '../../present/units.ts';
import { cleanText } from '../text/clean-text.ts';
import type { SlashCommand, SlashContext } from './chat-state.ts';

export const MODEL_COMMANDS: readonly SlashCommand[] = [
  {
    names: ['/model', '/a'],
    takes: 'REF',
    about: 'Speak with another model, in a new conversation.',
    async run({ state, print, switchModel }, rest) {
      if (rest === '') return print(`This is ${state.model.name}.`);
      state.model = await switchModel(rest);
      state.conversation.clear();
      state.stats = undefined;
      print(`This is ${state.model.name}. ${state.model.by}`);
    },
  },
  {
    names: ['/show'],
    takes: 'info | system | parameters',
    about: 'Say what it works with.',
    run({ state: { model, conversation, sampling }, print }, rest) {
      if (rest === '' || rest === 'info')
        return print(
          [`${model.name}.`, model.by, model.because, model.contextLength === undefined ? '' : `Its context has ${model.contextLength} tokens.`]
            .filter(Boolean)
            .join(' '),
        );
      if (rest === 'system') return print(conversation.system || '(none)');
      if (rest === 'parameters')
        return print(
          Object.entries(sampling)
            .map(([name, value]) => `${name} ${String(value)}`)
            .join('\n') || '(as the model has them)',
        );
      throw new IlabError('E_USAGE', `/show does not know “${rest}”.`, { hint: 'There are: info, system, parameters.' });
    },
  },
  {
    names: ['/stats'],
    about: 'Say how fast the last answer was.',
    run({ state: { stats }, print }) {
      if (!stats) return print('There is no answer yet.');
      const { tokens, promptTokens, firstAfter, seconds, reason } = stats;
      const speed = tokens === undefined ? '' : `, ${tokens} tokens, ${(tokens / Math.max(seconds - firstAfter, 0.001)).toFixed(1)} tokens/s`;
      const asked = promptTokens === undefined ? '' : `, asked with ${promptTokens} tokens`;
      print(`${formatSeconds(seconds)}, first word after ${formatSeconds(firstAfter)}${speed}${asked}; it ended by ${reason || 'itself'}.`);
    },
  },
  { names: ['/d', '/md'], takes: '[N]', about: 'Show the Nth last answer again.', run: (context, rest) => context.printAnswer(answer(context, rest)) },
  { names: ['/p'], takes: '[N]', about: 'The same, as it was written.', run: (context, rest) => context.print(cleanText(answer(context, rest))) },
];

function answer({ state: { conversation } }: SlashContext, rest: string): string {
  const number = rest === '' ? 1 : Number(rest);
  const text = conversation.answers[number - 1];
  if (text === undefined)
    throw new IlabError('E_USAGE', `There is no answer ${rest || '1'}.`, { hint: `There are ${conversation.answers.length}; 1 is the last.` });
  return text;
}
