import type { Interfaces } from '@oclif/core';
import { ExitError } from '@oclif/core/errors';
import { flush } from '@oclif/core/flush';
import { run } from '@oclif/core/run';
import { hideTokens } from './deprecation/hidden-tokens.ts';
import { useLeadingOptions } from './deprecation/leading-options.ts';
import { IlabError } from '@ilab/sdk';
import { toIlabError } from './errors.ts';
import { asksForEverything } from './help/asks-for-everything.ts';
import { describeLost, loadConfig } from './plugins/load-config.ts';
import { presentError } from './present/error.ts';
import { errorDocument } from './present/error-document.ts';
import { printableJson } from './present/printable.ts';
import { unknownCommand } from './unknown-command.ts';

export interface MainOptions {
  readonly args: readonly string[];
  /** Where the package is, and in a checkout its `package.json` with sources in place of built files. */
  readonly load: Interfaces.Options;
}

/** Runs the command line once. Errors of commands are told by the commands; what remains is told here, and never with a stack. */
export async function main({ args: typed, load }: MainOptions): Promise<void> {
  const words = hideTokens(typed);
  if (words.some((word, at) => word !== typed[at])) process.argv.splice(2, process.argv.length, ...words);
  // Whoever reads our output may have had enough of it: `ilab model list | head -1`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 8));
  const { config, lost } = await loadConfig(load);
  for (const line of describeLost(lost, words)) process.stderr.write(`${line}\n`);
  try {
    const args = useLeadingOptions(words);
    if (asksForEverything(args)) await (await import('./help/everything.ts')).showEverything(args, config);
    else await run(wholeCommand(args, config), config);
    await flush();
  } catch (caught) {
    if (caught instanceof ExitError) {
      process.exitCode = caught.oclif.exit ?? 0;
      return;
    }
    const error = unknownCommand(caught, { config, words }) ?? toIlabError(caught);
    if (words.includes('--json')) process.stdout.write(`${printableJson(errorDocument(error))}\n`);
    else process.stderr.write(presentError(error));
    process.exitCode = error.exitCode;
  }
}

/**
 * `ilab` alone is a command, and so is its help.
 * @throws IlabError E_USAGE for a topic alone where a program reads: what there is in it is told to people
 */
function wholeCommand(args: readonly string[], config: Pick<Interfaces.Config, 'findCommand' | 'findTopic'>): string[] {
  if (args.every((word) => word === '--json')) return ['overview', ...args];
  const words = args.filter((word) => word !== '--json');
  const id = words.join(':');
  if (words.length < args.length && config.findTopic(id) && !config.findCommand(id)) {
    const name = words.join(' ');
    throw new IlabError('E_USAGE', `“${name}” is no command: a word is missing.`, { hint: `See: ilab ${name} --help` });
  }
  return args.length === 1 && (args[0] === '--help' || args[0] === '-h') ? ['help'] : [...args];
}
