#!/usr/bin/env node
import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type Kind, KINDS, namesOf, UsageError } from './names.ts';
import { writePlugin } from './write-plugin.ts';

const HELP = `Starts a plugin for ilab in a folder of its own.

  npm create ilab-plugin [NAME] [-- --kind ${KINDS.join('|')}]

  NAME         what it is called: shelf, ilab-plugin-shelf or @you/ilab-plugin-shelf
  -k, --kind   what it brings: a registry (the default), an engine or a runner
  -h, --help

What is not said is asked for, at a terminal.
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(HELP);
  if (positionals.length > 1) throw new UsageError(`One name is enough; there are ${positionals.length}.`);
  const name = positionals[0] ?? (await ask('What is it called?', undefined));
  const kind = kindOf(values.kind ?? (positionals[0] === undefined ? await ask(`What does it bring: ${KINDS.join(', ')}?`, KINDS[0]) : KINDS[0]));
  const names = namesOf(name, kind);
  const directory = await writePlugin(names, { kind, parent: process.cwd() });
  process.stdout.write(
    `${names.packageName} is in ${relative(process.cwd(), directory)}. What comes next:\n\n  cd ${names.folder}\n  npm install\n  npm test\n`,
  );
}

function parse(args: readonly string[]) {
  try {
    const options = { kind: { type: 'string', short: 'k' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function kindOf(text: string): Kind {
  const kind = KINDS.find((one) => one === text.trim().toLowerCase());
  if (kind === undefined) throw new UsageError(`“${text}” is no kind of plugin. There are: ${KINDS.join(', ')}.`);
  return kind;
}

/** @throws UsageError where nobody is there to answer */
async function ask(question: string, fallback: string | undefined): Promise<string> {
  if (!process.stdin.isTTY) {
    if (fallback !== undefined) return fallback;
    throw new UsageError(`It needs a name.\n\n${HELP}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = (await terminal.question(`${question}${fallback === undefined ? '' : ` (${fallback})`} `)).trim();
    return answer === '' && fallback !== undefined ? fallback : answer;
  } finally {
    terminal.close();
  }
}
