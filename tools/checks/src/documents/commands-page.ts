import type { Command } from '@oclif/core';
import { visibleCommands, wordsOf } from './command-line.ts';

/** The page of every command: what its help says, for reading. */
export async function commandsPage(): Promise<string> {
  const commands = await visibleCommands();
  return [
    '# Commands',
    '',
    'What `ilab COMMAND --help` says, on one page. It is written by `npm run docs`.',
    '',
    'Every command takes `--json` (one object on standard output: `ok`, then `result` or `error`, and `warnings`), `--store DIR` (another models directory), `--offline` (no network)',
    'and `--quiet` (results and errors only). Results go to standard output and everything else to standard error; [exit codes](error-codes.md) are the same with `--json` and without.',
    '',
    '| command | does |',
    '|---|---|',
    ...commands.map(({ id, summary = '' }) => `| [\`ilab ${wordsOf(id)}\`](#ilab-${id.replaceAll(':', '-')}) | ${cell(summary)} |`),
    '',
    ...commands.flatMap(commandPart),
  ].join('\n');
}

function commandPart(command: Command.Loadable): readonly string[] {
  const { id, summary = '', description = '' } = command;
  const rows = [...argumentRows(command), ...flagRows(command)];
  const examples = examplesOf(command);
  return [
    `## ilab ${wordsOf(id)}`,
    '',
    text(summary),
    '',
    ...(description === '' ? [] : [text(description), '']),
    ...(rows.length === 0 ? [] : ['| | |', '|---|---|', ...rows, '']),
    ...(examples.length === 0 ? [] : ['```console', ...examples, '```', '']),
  ];
}

function argumentRows({ args }: Command.Loadable): readonly string[] {
  return Object.values(args)
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, description = '', required = false, options }) => `| \`${name}\` | ${cell(description)}${oneOf(options)}${required ? ' Required.' : ''} |`);
}

function flagRows({ flags }: Command.Loadable): readonly string[] {
  return Object.values(flags)
    .filter(({ hidden, helpGroup }) => hidden !== true && helpGroup !== 'GLOBAL')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => {
      const value = flag.type === 'option' ? ` ${placeholderOf(flag)}` : '';
      const short = flag.char === undefined ? '' : `\`-${flag.char}\`, `;
      const name = flag.type === 'boolean' && flag.allowNo === true ? `[no-]${flag.name}` : flag.name;
      return `| ${short}\`--${name}${value}\` | ${cell(flag.summary ?? flag.description ?? '')}${flag.type === 'option' ? oneOf(flag.options) : ''}${flag.required === true ? ' Required.' : ''} |`;
    });
}

function placeholderOf({ helpValue, name }: { readonly helpValue?: string | readonly string[]; readonly name: string }): string {
  return typeof helpValue === 'string' ? helpValue : (helpValue?.join(' ') ?? name.toUpperCase());
}

function oneOf(options: readonly string[] | undefined): string {
  return options === undefined || options.length === 0 ? '' : ` One of ${options.map((option) => `\`${option}\``).join(', ')}.`;
}

function examplesOf({ id, examples = [] }: Command.Loadable): readonly string[] {
  return examples.map(
    (example) =>
      `$ ${(typeof example === 'string' ? example : example.command).replaceAll('<%= config.bin %>', 'ilab').replaceAll('<%= command.id %>', wordsOf(id))}`,
  );
}

function cell(words: string): string {
  return text(words).replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Flags in prose as code, and nothing in it taken for HTML or emphasis. */
function text(words: string): string {
  return words
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replace(/(?<![`\w-])--[a-z][a-z-]*/g, '`$&`');
}
