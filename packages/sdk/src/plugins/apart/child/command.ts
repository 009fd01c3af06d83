import { isPlain, type Peer, type Plain } from '../peer.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** One call of a command. */
interface Call {
  readonly peer: Peer;
  readonly command: string;
  readonly request: unknown;
  readonly signal: AbortSignal;
}

/** Has a plugin make one of its commands, and runs it. */
export async function runCommand(plugin: Plain, { peer, command, request, signal }: Call): Promise<unknown> {
  if (typeof plugin['createCommand'] !== 'function') throw new Error('it makes no command');
  const tell = (note: string) => (line: unknown) => peer.note(note, { line: String(line) });
  const log = (level: string) => (message: unknown) => peer.note('log', { level, message: String(message).slice(0, 2000) });
  const made: unknown = (plugin['createCommand'] as Method)(command, { logger: { warn: log('warn'), info: log('info'), debug: log('debug') } });
  if (!isPlain(made) || typeof made['run'] !== 'function') throw new Error('it made no command');
  return (made['run'] as Method).call(made, request, { signal, print: tell('print'), progress: tell('told') });
}
