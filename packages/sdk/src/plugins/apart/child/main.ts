// Runs one part of one plugin for the host, which is at the other end of the third descriptor. It imports nothing but Node's own
// modules and what lies beside it, since that is all that it may read.
import { pathToFileURL } from 'node:url';
import { apiVersionProblem } from '../api-version.ts';
import { createPeer, isPlain, type Peer, type Plain } from '../peer.ts';
import { closeGaps } from './close-gaps.ts';
import { runCommand } from './command.ts';
import { contextOf, quietContext } from './context.ts';
import { decodeError, encodeError } from './errors.ts';
import { openChannel } from './open-channel.ts';

type Method = (...args: readonly unknown[]) => unknown;

const STREAMED: readonly string[] = ['versions', 'attachments'];

/** Parts that run here: what makes one, and what can be asked of it. */
const PARTS: Readonly<Record<string, { readonly make: string; readonly methods: readonly string[] }>> = {
  registry: {
    make: 'createRegistry',
    methods: ['resolve', 'locate', 'versions', 'revision', 'holds', 'upload', 'copy', 'login', 'logout', 'attachments'],
  },
  verifier: { make: 'createVerifier', methods: ['verify'] },
  donor: { make: 'createDonor', methods: ['find'] },
};

await closeGaps();

/** Ctrl-C, of which the host tells. Where this has no session of its own, the terminal sends it here too. */
const stopped = new AbortController();
process.on('SIGINT', () => undefined);

let part: Readonly<Record<string, unknown>> | undefined;

const peer: Peer = createPeer(
  openChannel().once('close', () => process.exit()),
  {
    mostAtOnce: 1000,
    errors: { encode: encodeError, decode: decodeError },
    notes: { stop: () => stopped.abort() },
    broken: () => process.exit(1),
    handlers: {
      /** Imports the plugin and has it make its part. @returns what that can do, as data */
      async create({ entry, kind, name, context }) {
        const asked = PARTS[String(kind)];
        if (!asked) throw new Error('there is no such part');
        const plugin = await pluginAt(entry);
        if (typeof plugin[asked.make] !== 'function') throw new Error(`it makes no ${String(kind)}`);
        const made: unknown = (plugin[asked.make] as Method)(
          name,
          kind === 'registry' ? contextOf(peer, context as Plain) : { ...quietContext(peer), ...(context as Plain) },
        );
        if (!isPlain(made)) throw new Error(`it made no ${String(kind)}`);
        part = made;
        const methods = asked.methods.filter((method) => typeof made[method] === 'function');
        return { name: made[kind === 'registry' ? 'source' : 'name'], capabilities: made['capabilities'], methods };
      },
      /** Imports the plugin and runs one of its commands, once. */
      async command({ entry, command, request }) {
        return runCommand(await pluginAt(entry), { peer, command: String(command), request, signal: stopped.signal });
      },
      /** Calls a method of the part with a request and options. */
      async ask({ method, request, options }, signal) {
        const name = String(method);
        const called = part?.[name];
        if (typeof called !== 'function') throw new Error(`it has no “${name}”`);
        const given = { ...(isPlain(options) ? options : {}), signal, progress: progressOf(isPlain(options) ? options : {}) };
        const answer: unknown = (called as Method).call(part, name === 'upload' ? withFiles(request as Plain) : request, given);
        // An iterable is read by the host, piece by piece.
        return STREAMED.includes(name) ? answer : await answer;
      },
    },
  },
);

async function pluginAt(entry: unknown): Promise<Plain> {
  const module = (await import(pathToFileURL(String(entry)).href)) as { readonly default?: unknown };
  const plugin = module.default;
  if (!isPlain(plugin) || plugin['$$type'] !== '@ilab/plugin') throw new Error('its entry exports no plugin');
  const problem = apiVersionProblem(plugin['apiVersion']);
  if (problem !== undefined) throw new Error(problem);
  return plugin;
}

/** Files of an upload, to be read from the host. */
function withFiles(request: Plain): Plain {
  const files = (request['files'] as readonly Plain[]).map(({ lent, ...file }) => ({
    ...file,
    open: (range?: unknown, options?: unknown) => peer.borrow(lent as number, { range, options }),
  }));
  return { ...request, files };
}

function progressOf({ progress }: Plain): object {
  let last = 0;
  return {
    plan: (total: unknown) => peer.note('progress', { progress, total }),
    begin(task: unknown) {
      last += 1;
      const id = last;
      peer.note('progress', { progress, id, task });
      return {
        at: (bytes: unknown, options: unknown) => peer.note('progress', { progress, id, bytes, options }),
        end: (outcome: unknown) => peer.note('progress', { progress, id, outcome }),
      };
    },
  };
}
