import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { PluginPackage } from '../plugin-package.ts';

/** In MiB; a plugin that wants more than this is at fault. */
const MOST_MEMORY = 512;
const LAST_WORDS = 2000;

/** A process of its own for one plugin. */
export interface Child {
  readonly channel: Duplex;
  /** What it wrote to standard error last, and nobody showed. */
  lastWords(): string;
  /** How it ended. */
  readonly ended: Promise<string>;
  /** Ends it at once, whatever it does. */
  kill(): void;
  /** Whether it keeps this process from ending. */
  hold(isHeld: boolean): void;
}

/** What of the user's a plugin may read, absolute; folders are real. */
export interface Readable {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Starts a plugin's process: with none of this one's environment, no terminal, and no more of the disk than the `node_modules` that the plugin lies in
 * and what is readable, all of it for one that is linked; no processes, no threads, no native code, and from Node 25 on no network of its own.
 */
export function launch(plugin: Pick<PluginPackage, 'root' | 'type'>, readable: Readable): Child {
  const script = childScript();
  const root = realpathSync(plugin.root);
  const child = spawn(process.execPath, [...permissions({ root, type: plugin.type, script, ...readable }), script], {
    cwd: root,
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A session of its own: signals to its group reach nobody else, and it can open no terminal. Windows would open a window for it.
    detached: process.platform !== 'win32',
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-LAST_WORDS)));
  const kill = (): void => void child.kill('SIGKILL');
  const ended = endOf(child);
  endWithThis(kill, ended);
  const channel = child.stdio[3] as Duplex;
  return {
    channel,
    ended,
    kill,
    lastWords: () => words.trim(),
    hold(isHeld) {
      for (const handle of [child, channel, child.stderr] as readonly { ref?(): void; unref?(): void }[]) isHeld ? handle.ref?.() : handle.unref?.();
    },
  };
}

const alive = new Set<() => void>();

/** A process that loops would not notice that its host is gone. */
function endWithThis(kill: () => void, ended: Promise<string>): void {
  if (alive.size === 0) process.on('exit', killAll);
  alive.add(kill);
  void ended.then(() => {
    alive.delete(kill);
    if (alive.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const kill of alive) kill();
}

/** Where its code is: beside this module, or beside the bundle that this is part of. */
function childScript(): string {
  const places = ['./child/main.ts', './child/main.js', './plugin-child.js'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('the program that runs plugins is not there');
  return realpathSync(found);
}

type Place = Readable & { readonly root: string; readonly type: PluginPackage['type']; readonly script: string };

function permissions({ root, type, script, files, folders }: Place): readonly string[] {
  // Whoever resolves modules in a way of their own does so for plugins, too.
  const conditions = process.execArgv.filter((flag) => flag.startsWith('--conditions='));
  const limits = [`--max-old-space-size=${MOST_MEMORY}`, '--disable-warning=ExperimentalWarning', ...conditions, '--permission'];
  // What is being written has its dependencies wherever its author keeps them.
  const reads =
    type === 'link' ? ['*'] : [folderOf(script), `${dependenciesOf(root)}${sep}`, ...files.flatMap(asFile), ...folders.map((folder) => `${folder}${sep}`)];
  return [...limits, ...(canGiveBackNetwork() ? ['--allow-net'] : []), ...reads.map((path) => `--allow-fs-read=${path}`)];
}

/** Whether the process can take the network from itself once it has its channel, as Node 26.3 and later let it; some of these have no channel otherwise. */
function canGiveBackNetwork(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 26 || (major === 26 && minor >= 3);
}

/** A file that is there, by all of its names; of a folder everything could be read. */
function asFile(path: string): readonly string[] {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? [path, realpathSync(path)] : [];
}

/** The child's own modules; what they share lies one folder up. */
function folderOf(script: string): string {
  const own = dirname(script);
  return `${own.endsWith(`${sep}child`) ? dirname(own) : own}${sep}`;
}

/** The `node_modules` that a plugin lies in, where npm put it and what it needs. */
function dependenciesOf(root: string): string {
  const at = root.lastIndexOf(`${sep}node_modules${sep}`);
  return at < 0 ? root : root.slice(0, at + `${sep}node_modules`.length);
}

/** What programs need of any environment, and nothing that could hold a secret. */
function bareEnvironment(): Record<string, string> {
  const names = ['LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`));
  });
}
