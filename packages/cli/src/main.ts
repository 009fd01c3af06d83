import type { Interfaces } from '@oclif/core';
import { ExitError } from '@oclif/core/errors';
import { flush } from '@oclif/core/flush';
import { run } from '@oclif/core/run';
import { hideTokens } from './deprecation/hidden-tokens.ts';
import { useLeadingOptions } from './deprecation/leading-options.ts';
import { toIlabError } from './errors.ts';
import { asksForEverything } from './help/asks-for-everything.ts';
import { loadConfig, lostPlugins } from './plugins/load-config.ts';
import { presentError } from './present/error.ts';
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
  const config = await loadConfig(load);
  for (const line of await lostPlugins(config, words)) process.stderr.write(`${line}\n`);
  try {
    const args = useLeadingOptions(words);
    if (asksForEverything(args)) await (await import('./help/everything.ts')).showEverything(args, config);
    else await run(wholeCommand(args), config);
    await flush();
  } catch (caught) {
    if (caught instanceof ExitError) {
      process.exitCode = caught.oclif.exit ?? 0;
      return;
    }
    const error = unknownCommand(caught, config) ?? toIlabError(caught);
    const { code, message, hint } = error;
    if (words.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message, hint }, warnings: [] }, null, 2)}\n`);
    else process.stderr.write(presentError(error));
    process.exitCode = error.exitCode;
  }
}

/** `ilab` alone is a command, and so is its help. */
function wholeCommand(args: readonly string[]): string[] {
  if (args.every((word) => word === '--json')) return ['overview', ...args];
  return args.length === 1 && (args[0] === '--help' || args[0] === '-h') ? ['help'] : [...args];
}
