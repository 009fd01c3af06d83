#!/usr/bin/env node
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Kind, KINDS, type Names, namesOf, UsageError } from './names.ts';
import { Cancelled, createQuestions } from './questions.ts';
import { folderFor, writePlugin } from './write-plugin.ts';

const HELP = `Starts a plugin for ilab in a folder of its own.

  npm create ilab-plugin [NAME] [-- --kind ${KINDS.join('|')}]

  NAME         what it is called: shelf, ilab-plugin-shelf or @you/ilab-plugin-shelf
  -k, --kind   what it brings: a registry (the default), an engine, a runner, a verifier of
               signatures, a donor, or a command
  -h, --help

Without a name, it asks at a terminal for what is not said.
`;

/** As shells say that a program was ended by Ctrl-C. */
const INTERRUPTED = 130;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof Cancelled ? INTERRUPTED : 1;
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(HELP);
  if (positionals.length > 1) throw new UsageError(`One name is enough; there are ${positionals.length}.`);
  const kind = values.kind === undefined ? undefined : kindOf(values.kind);
  const [name] = positionals;
  const parent = process.cwd();
  const wanted = name === undefined ? await askFor(kind, parent) : wantedFrom(name, kind ?? KINDS[0]);
  const directory = await writePlugin(wanted.names, { kind: wanted.kind, parent });
  const { packageName, folder } = wanted.names;
  process.stdout.write(`${packageName} is in ${relative(parent, directory)}. What comes next:\n\n  cd ${folder}\n  npm install\n  npm test\n`);
}

function parse(args: readonly string[]) {
  try {
    const options = { kind: { type: 'string', short: 'k' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

interface Wanted {
  readonly kind: Kind;
  readonly names: Names;
}

function wantedFrom(name: string, kind: Kind): Wanted {
  return { kind, names: namesOf(name, kind) };
}

/**
 * The kind first: which names are free goes by it.
 * @throws UsageError where nobody is there to answer
 */
async function askFor(given: Kind | undefined, parent: string): Promise<Wanted> {
  if (!process.stdin.isTTY) throw new UsageError(`It needs a name.\n\n${HELP}`);
  // What comes of it may be going into a file.
  const questions = createQuestions(process.stdin, process.stdout.isTTY ? process.stdout : process.stderr);
  try {
    const kind = given ?? (await questions.ask(`What does it bring: ${KINDS.join(', ')}?`, kindOf, KINDS[0]));
    return await questions.ask('What is it called (shelf, or @you/shelf)?', async (answer) => {
      const wanted = wantedFrom(answer, kind);
      await folderFor(wanted.names, parent);
      return wanted;
    });
  } finally {
    questions.close();
  }
}

function kindOf(text: string): Kind {
  const kind = KINDS.find((one) => one === text.trim().toLowerCase());
  if (kind === undefined) throw new UsageError(`“${text}” is no kind of plugin. There are: ${KINDS.join(', ')}.`);
  return kind;
}
