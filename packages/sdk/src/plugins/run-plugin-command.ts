import type { ApartCommand, CommandOutcome } from './apart/run-apart.ts';

/** Runs a command of a plugin in a process of its own; what that takes is loaded only here. @throws IlabError E_PLUGIN_BROKEN, and what the command throws */
export async function runPluginCommand(call: ApartCommand): Promise<CommandOutcome> {
  const { runApart } = await import('./apart/run-apart.ts');
  return runApart(call);
}
