import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** What Node's permission model lets through, in one version or all, by module; of those without names, everything. */
const GAPS: Readonly<Record<string, readonly string[] | 'all'>> = {
  // SIGUSR1 opens the debugger of any Node, the host's too, which does whatever it is told. `_kill` is what `kill` calls.
  'node:process': ['kill', '_kill', '_debugProcess'],
  'node:os': ['setPriority'],
  // Modes, owners and times of a file that is open for reading.
  'node:fs': ['fchmod', 'fchmodSync', 'fchown', 'fchownSync', 'futimes', 'futimesSync'],
  // Reads and writes databases wherever they are.
  'node:sqlite': 'all',
  // Flags name files that V8 writes to.
  'node:v8': ['setFlagsFromString', 'setHeapSnapshotNearHeapLimit'],
  'node:trace_events': ['createTracing'],
};
const OF_FILE_HANDLES = ['chmod', 'chown', 'utimes'];

/** Takes from this process what it could use against others, and against files, though it should not. Called before any code of a plugin is loaded. */
export async function closeGaps(): Promise<void> {
  for (const [name, members] of Object.entries(GAPS)) {
    const module = process.getBuiltinModule(name) as object | undefined;
    if (module) refuseAll(module, members === 'all' ? Object.keys(module) : members);
  }
  const handle = await open(import.meta.filename);
  refuseAll(Object.getPrototypeOf(handle) as object, OF_FILE_HANDLES);
  await handle.close();
  syncBuiltinESMExports();
}

function refuseAll(owner: object, names: readonly string[]): void {
  for (const name of names) if (name in owner) Object.defineProperty(owner, name, { value: refuse, writable: false, configurable: false });
}

/** Constructors, too, so it is no arrow. */
function refuse(): never {
  throw Object.assign(new Error('A plugin can’t do that.'), { code: 'ERR_ACCESS_DENIED' });
}
