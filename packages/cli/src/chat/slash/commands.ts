import { IlabError } from '@ilab/sdk';
import type { SlashCommand, SlashContext } from './chat-state.ts';
import { MODEL_COMMANDS } from './model-commands.ts';
import { SESSION_COMMANDS } from './session-commands.ts';
import { SETTING_COMMANDS } from './setting-commands.ts';

const KEYS = [
  ['"""', 'Begin a message of several lines; the same ends it.'],
  ['Alt-Enter', 'Begin a line.'],
  ['Ctrl-C', 'Stop the answer, or clear the line; twice leaves.'],
  ['Ctrl-D', 'Leave.'],
] as const;

/** Every command; where the old ilab and Ollama have one, it is called as they call it. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  ...MODEL_COMMANDS,
  ...SETTING_COMMANDS,
  ...SESSION_COMMANDS,
  { names: ['/help', '/?', '/h'], about: 'This help.', run: ({ print }) => print(help()) },
  { names: ['/bye', '/q', '/quit', '/exit', 'quit', 'exit'], about: 'Leave.', leaves: true, run: () => undefined },
];

const BY_NAME = new Map(SLASH_COMMANDS.flatMap((command) => command.names.map((name) => [name, command] as const)));

/** Commands of what can stand behind them, for completion. */
const WORDS = ['/set parameter ', '/set system ', '/set think', '/set nothink', '/show info', '/show system', '/show parameters'];

/**
 * Does what a message that is a command says.
 * @returns undefined where it is none
 * @throws IlabError E_USAGE for a command that is not there, and whatever it throws
 */
export async function runSlash(message: string, context: SlashContext): Promise<'stay' | 'leave' | undefined> {
  const [, name = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(message) ?? [];
  const command = BY_NAME.get(name);
  // `quit` is a command, and “quit smoking” a message.
  if (!name.startsWith('/') && (!command || rest !== '')) return undefined;
  if (!command)
    throw new IlabError('E_USAGE', `There is no command ${name}.`, { hint: '/help lists them. A message that begins with a slash goes between """.' });
  await command.run(context, rest);
  return command.leaves ? 'leave' : 'stay';
}

/** What the beginning of a line may become, as readline has it. */
export function completeSlash(line: string): readonly [string[], string] {
  if (!line.startsWith('/')) return [[], line];
  const all = [...SLASH_COMMANDS.map(({ names, takes }) => `${names[0] ?? ''}${takes === undefined ? '' : ' '}`), ...WORDS].filter((word) =>
    word.startsWith('/'),
  );
  return [all.filter((word) => word.startsWith(line)).sort(), line];
}

function help(): string {
  const rows = [...SLASH_COMMANDS.map(({ names, takes, about }) => [`${names.join(' ')} ${takes ?? ''}`.trim(), about] as const), ...KEYS];
  return rows.map(([left, about]) => (left.length > 26 ? `${left}\n${' '.repeat(28)}${about}` : `${left.padEnd(28)}${about}`)).join('\n');
}
