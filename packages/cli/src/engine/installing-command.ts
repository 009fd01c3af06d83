import type { RunnerEvent } from '@ilab/sdk';
import { IlabCommand } from '../ilab-command.ts';
import { bringEngine, type BringEngineRequest } from '../parts/bring-engine.ts';
import { findPlugin } from '../parts/find-plugin.ts';
import { approval } from '../plugins/approval.ts';
import type { FoundPlugin } from '../plugins/read-plugin.ts';
import { presentRunnerEvent } from '../present/runner-event.ts';

/** Flags that every command has. */
export type CommonFlags = Parameters<IlabCommand['ilab']>[0];

/** A command that can install an engine or a runner. */
export abstract class InstallingCommand extends IlabCommand {
  /** @param given a name of the list, or a plugin: its folder, archive or package */
  protected async bringEngine(
    flags: CommonFlags,
    given: string,
    choice: Pick<BringEngineRequest, 'yes' | 'force' | 'build'>,
  ): Promise<Awaited<ReturnType<typeof bringEngine>>> {
    const { engines } = await this.ilab(flags);
    const listed = (await engines.list()).map(({ engine, plugin, state }) => ({ name: engine, plugin, state }));
    const note = (line: string): void => (flags.quiet ? undefined : this.note(line));
    return bringEngine(
      { given, listed, plugins: this.plugins(), dataDir: this.config.dataDir, ...choice },
      { signal: this.signal, prompt: this.prompt(flags), progress: this.progress(flags), note },
    );
  }

  /** Brings a runner's plugin, and makes the environment of each runner of it. */
  protected async bringRunner(flags: CommonFlags, given: string, { yes }: { readonly yes: boolean }): Promise<FoundPlugin> {
    const listed = (await (await this.ilab(flags)).runners.list()).map(({ runner, plugin, state }) => ({ name: runner, plugin, state }));
    const approve = approval({ prompt: this.prompt(flags), yes, note: (line) => this.note(line), signal: this.signal });
    const note = (line: string): void => (flags.quiet ? undefined : this.note(line));
    const options = { dataDir: this.config.dataDir, signal: this.signal, approve, note };
    const plugin = await findPlugin({ given, kind: 'runner', listed, plugins: this.plugins() }, options);
    const ilab = await this.ilabWith(flags, plugin);
    const tell = flags.quiet ? () => undefined : (event: RunnerEvent) => this.note(presentRunnerEvent(event));
    for (const { runner } of plugin.runners) await ilab.runners.install(runner, tell, { signal: this.signal });
    return plugin;
  }
}
