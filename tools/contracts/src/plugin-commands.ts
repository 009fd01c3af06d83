import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, CommandManifest, CommandResult } from '@ilab/plugin-api';
import { type PluginCommandUnderTest, standInCommandUnderTest } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';

type Make = () => Promise<PluginCommandUnderTest>;
type Run = Command['run'];

export const soundPluginCommand: Make = standInCommandUnderTest;

/** Those whose manifest alone is at fault: hosts refuse them, too. */
export const BROKEN_DECLARATIONS: readonly BrokenAdapter<Make>[] = [
  declared('has a name of one word', { command: 'size' }),
  declared('takes a flag that means something everywhere', { flags: { json: { type: 'boolean', summary: 'Prints JSON.' } } }),
  declared('has code outside its package', { entry: '../shared/index.js' }),
  declared('has a summary that steers a terminal', { summary: 'Adds up.\u001b[2J' }),
  declared('asks for what is required after what is not', {
    args: [
      { name: 'TITLE', summary: 'What stands above.' },
      { name: 'END', summary: 'What stands below.', required: true },
    ],
  }),
  declared('has two arguments of one name', {
    args: [
      { name: 'TITLE', summary: 'What stands above.' },
      { name: 'TITLE', summary: 'What stands below.' },
    ],
  }),
];

export const BROKEN_PLUGIN_COMMANDS: readonly BrokenAdapter<Make>[] = [
  ...BROKEN_DECLARATIONS,
  declared('goes by a flag that it does not declare', { flags: {} }),
  declared('works with a model that it does not ask for', ({ model: _, ...others }) => others),
  broken(
    'resolves to nothing',
    'ends with 0 or 1',
    (run) =>
      async (...args) =>
        void (await run(...args)) as never,
  ),
  answering('ends with a code of its own', 'ends with 0 or 1', { exitCode: 3 as never }),
  answering('answers with what is no JSON', 'a result that is plain JSON', { result: { at: new Date() as never } }),
  answering('answers with what is nested too deep', 'a result that is plain JSON', { result: nested(40) as never }),
  broken('ends its process', 'ends with 0 or 1', () => async () => process.exit(0)),
  printing('prints a line that is too long', 'x'.repeat(10_001)),
  printing('prints several lines as one', 'one\ntwo'),
  printing('prints what is no text', { bytes: 1 } as never),
  broken('prints by itself', 'says all by what it is given', (run) => async (...args) => {
    // biome-ignore lint/suspicious/noConsole: it is the fault.
    console.log('one');
    return run(...args);
  }),
  broken('writes to standard output', 'says all by what it is given', (run) => async (...args) => {
    process.stdout.write('one\n');
    return run(...args);
  }),
  broken('sets the exit code by itself', 'says all by what it is given', (run) => async (...args) => {
    process.exitCode = 1;
    return run(...args);
  }),
  broken('does not wait for its last line', 'says all by what it is given', (run) => async (request, context) => {
    setTimeout(() => context.print('the last'), 10);
    return run(request, context);
  }),
  broken('changes its request', 'changes nothing of its request', (run) => async (request, context) => {
    const result = await run(request, context);
    Object.assign(request.flags, { least: 0 });
    return result;
  }),
  broken('leaves a note in the model', 'leaves the model as it is', (run) => async (request, context) => {
    appendFileSync(join(request.model?.path ?? '', 'size.txt'), 'seen');
    return run(request, context);
  }),
  broken('throws an error without a code', 'throws an error with a code', (run) => async (request, context) => {
    if (Number(request.flags['least']) < 0) throw new RangeError('--least is out of range');
    return run(request, context);
  }),
  broken('throws an error that only looks like one with a code', 'throws an error with a code', (run) => async (request, context) => {
    if (Number(request.flags['least']) < 0) throw Object.assign(new Error('It can’t be had.'), { code: 'E_USAGE' });
    return run(request, context);
  }),
  broken(
    'takes whatever it is given',
    'throws an error with a code',
    (run) => async (request, context) => run({ ...request, flags: { ...request.flags, least: 0 } }, context),
  ),
  broken(
    'works on after its signal',
    'ends within two seconds of its signal',
    (run) => async (request, context) => run(request, { ...context, signal: new AbortController().signal }),
  ),
  broken('tells its end in a line that is too long', 'ends within two seconds of its signal', (run) => async (request, context) => {
    context.signal.addEventListener('abort', () => context.progress('x'.repeat(10_001)));
    return run(request, context);
  }),
];

function nested(levels: number): unknown {
  return levels === 0 ? {} : { deeper: nested(levels - 1) };
}

function declared(what: string, change: Partial<CommandManifest> | ((manifest: CommandManifest) => CommandManifest)): BrokenAdapter<Make> {
  const make: Make = async () => {
    const given = await standInCommandUnderTest();
    return { ...given, manifest: typeof change === 'function' ? change(given.manifest) : { ...given.manifest, ...change } };
  };
  return { what, caughtBy: 'is declared as a host takes it', make };
}

function answering(what: string, caughtBy: string, more: CommandResult): BrokenAdapter<Make> {
  return broken(what, caughtBy, (run) => async (...args) => ({ ...(await run(...args)), ...more }));
}

function printing(what: string, line: string): BrokenAdapter<Make> {
  return broken(what, 'prints and tells lines', (run) => async (request, context) => {
    context.print(line);
    return run(request, context);
  });
}

function broken(what: string, caughtBy: string, spoil: (run: Run) => Run): BrokenAdapter<Make> {
  const make: Make = async () => {
    const given = await standInCommandUnderTest();
    return { ...given, command: { run: spoil(given.command.run.bind(given.command)) } };
  };
  return { what, caughtBy, make };
}
