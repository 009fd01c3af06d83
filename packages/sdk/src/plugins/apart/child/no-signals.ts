import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** `_kill` is what `kill` calls, and `_debugProcess` sends SIGUSR1. */
const OF_PROCESS = ['kill', '_kill', '_debugProcess'] as const;

/**
 * Takes from this process what reaches others of the user's: Node's permission model has nothing against signals, and SIGUSR1 opens the debugger
 * of any Node, the host's too, which does whatever it is told. Called before any code of a plugin is loaded.
 */
export function giveUpSignals(): void {
  for (const name of OF_PROCESS) Object.defineProperty(process, name, { value: refuse, writable: false, configurable: false });
  Object.defineProperty(os, 'setPriority', { value: refuse, writable: false, configurable: false });
  syncBuiltinESMExports();
}

function refuse(): never {
  throw Object.assign(new Error('A plugin can do nothing to other processes.'), { code: 'ERR_ACCESS_DENIED' });
}
