import { IlabError } from '@ilab/sdk';
import { CONTEXTS } from '../conversation/contexts.ts';
import { PARAMETERS, setParameter } from '../conversation/parameters.ts';
import type { SlashCommand, SlashContext } from './chat-state.ts';

const CHOICES = [
  ['parameter NAME VALUE', 'One of how it samples; /set parameter lists them.'],
  ['system TEXT', 'What the conversation starts with.'],
  ['think', 'Show thoughts.'],
  ['nothink', 'Show none.'],
] as const;

export const SETTING_COMMANDS: readonly SlashCommand[] = [
  {
    names: ['/set'],
    takes: 'parameter NAME VALUE | system TEXT | think | nothink',
    about: 'Change how it answers.',
    run(context, rest) {
      const [what = '', ...words] = rest.split(/\s+/);
      if (what === '') return context.print(CHOICES.map(([name, about]) => `/set ${name.padEnd(22)} ${about}`).join('\n'));
      if (what === 'parameter') return parameter(context, words);
      if (what === 'system') return system(context, rest.slice('system'.length).trim());
      if (what === 'think' || what === 'nothink') {
        context.state.showThoughts = what === 'think';
        return context.print(what === 'think' ? 'Thoughts are shown.' : 'Thoughts are not shown.');
      }
      throw new IlabError('E_USAGE', `/set does not know “${what}”.`, { hint: 'There are: parameter, system, think, nothink.' });
    },
  },
  { names: ['/system'], takes: 'TEXT', about: 'What the conversation starts with, or nothing.', run: system },
  {
    names: ['/c'],
    takes: 'CONTEXT',
    about: 'Start with a context of /lc.',
    run(context, rest) {
      const text = Object.hasOwn(CONTEXTS, rest) ? CONTEXTS[rest] : undefined;
      if (text === undefined) throw new IlabError('E_USAGE', `There is no context “${rest}”.`, { hint: `There are: ${Object.keys(CONTEXTS).join(', ')}.` });
      system(context, text);
    },
  },
  {
    names: ['/lc'],
    about: 'List the contexts.',
    run({ print }) {
      for (const [name, text] of Object.entries(CONTEXTS)) print(`${name.padEnd(12)} ${text || '(what the model itself has)'}`);
    },
  },
  {
    names: ['/m'],
    about: 'Write several lines; Alt-Enter ends the message.',
    run({ state, print }) {
      state.multiLine = 'once';
      print('Enter begins a line, Alt-Enter ends the message.');
    },
  },
  {
    names: ['/M'],
    about: 'The same for every message, or no longer.',
    run({ state, print }) {
      state.multiLine = state.multiLine === 'always' ? 'no' : 'always';
      print(state.multiLine === 'always' ? 'Enter begins a line, Alt-Enter ends the message.' : 'Enter ends the message.');
    },
  },
];

function parameter({ state, print }: SlashContext, [name = '', ...words]: readonly string[]): void {
  if (name === '') {
    for (const [known, { about }] of Object.entries(PARAMETERS)) print(`${known.padEnd(18)} ${about}`);
    return;
  }
  state.sampling = setParameter(state.sampling, name, words);
  print(`${name} is ${words.join(' ')}.`);
}

function system({ state: { conversation }, print }: SlashContext, text: string): void {
  conversation.system = text;
  print(text === '' ? 'The conversation starts with nothing of yours.' : 'The conversation starts with that.');
}
