import type { Command } from '@oclif/core';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError, runPluginCommand } from '@ilab/sdk';
import { IlabCommand } from '../ilab-command.ts';
import { printable } from '../present/printable.ts';
import type { FoundPlugin } from './read-plugin.ts';

type Declared = FoundPlugin['apart'][number];
type Given = Readonly<Record<string, unknown>>;

/** The command of this process for one that a plugin declares: it parses, finds the model, and hands the rest to the plugin's own process. */
export function pluginCommand(declared: Declared, pluginName: string): Command.Class {
  const { command, summary, model, flags = {}, args = [] } = declared;
  return class PluginCommand extends IlabCommand {
    static override id = command.replaceAll(' ', ':');
    static override summary = summary;
    static override args = Object.fromEntries(
      args.map(({ name, summary: description, required = false }) => [name, Args.string({ description, required, ignoreStdin: true })]),
    );
    static override flags = {
      ...(model && { model: Flags.string({ summary: 'The model to work with.', helpValue: 'REF', required: model === 'required' }) }),
      ...Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, parsedFlag(flag)])),
    };

    async run(): Promise<unknown> {
      const parsed = await this.parse(PluginCommand);
      const given: Given = parsed.flags;
      const plugin = this.plugins().find(({ name }) => name === pluginName);
      if (!plugin) throw new IlabError('E_PLUGIN_MISSING', `The plugin ${pluginName} is not there any more.`, { hint: 'See: ilab plugins list' });
      const reference = given['model'];
      const found = typeof reference === 'string' ? await this.#find(reference, parsed.flags) : undefined;
      const own = Object.entries(given).filter(([name]) => Object.hasOwn(flags, name));
      const { result, exitCode } = await runPluginCommand({
        plugin,
        manifest: declared,
        request: {
          flags: Object.fromEntries(own) as Record<string, string | number | boolean>,
          args: Object.fromEntries(Object.entries(parsed.args).filter(([, value]) => value !== undefined)) as Record<string, string>,
          ...(found && { model: { reference: found.reference, path: found.path, format: found.format } }),
        },
        logger: { warn: (message) => this.warnUser(printable(message)), info: () => undefined, debug: () => undefined },
        print: (line) => this.log(printable(line)),
        told: (line) => (given['quiet'] === true ? undefined : this.note(printable(line))),
        signal: this.signal,
      });
      process.exitCode = exitCode;
      return result;
    }

    async #find(reference: string, given: object) {
      const ilab = await this.ilab(given);
      return ilab.models.resolve({ reference }, { signal: this.signal });
    }
  };
}

function parsedFlag({ type, summary, options }: NonNullable<Declared['flags']>[string]) {
  if (type === 'boolean') return Flags.boolean({ summary });
  // Beyond that a number is not the one that was typed.
  if (type === 'integer') return Flags.integer({ summary, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
  return Flags.string({ summary, ...(options && { options: [...options] }) });
}
