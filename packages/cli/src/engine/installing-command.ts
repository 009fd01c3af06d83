import { IlabCommand } from '../ilab-command.ts';
import { bringEngine } from '../parts/bring-engine.ts';
import type { InstallEngineRequest } from '../parts/install-engine.ts';

/** Flags that every command has. */
export type CommonFlags = Parameters<IlabCommand['ilab']>[0];

/** A command that can install an engine. */
export abstract class InstallingCommand extends IlabCommand {
  /** @param given a name of the list, or a plugin: its folder, archive or package */
  protected async bringEngine(
    flags: CommonFlags,
    given: string,
    choice: Pick<InstallEngineRequest, 'yes' | 'force'>,
  ): Promise<Awaited<ReturnType<typeof bringEngine>>> {
    const { engines } = await this.ilab(flags);
    const listed = (await engines.list()).map(({ engine, plugin, state }) => ({ name: engine, plugin, state }));
    const note = (line: string): void => (flags.quiet ? undefined : this.note(line));
    return bringEngine(
      { given, listed, plugins: this.plugins(), dataDir: this.config.dataDir, ...choice },
      { signal: this.signal, prompt: this.prompt(flags), progress: this.progress(flags), note },
    );
  }
}
