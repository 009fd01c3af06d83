import { printable } from '../present/printable.ts';
import { wrap } from '../present/wrap.ts';
import type { Pin } from './pins.ts';
import type { FoundPlugin } from './read-plugin.ts';

/** A plugin that is about to be added, and what exactly came. */
export type PinnedPlugin = FoundPlugin & {
  readonly pin: Pin;
  /** The version that was there before. */
  readonly before?: string;
};

/** Columns that stand before what a line says. */
const INDENT = 14;

/** What a plugin declares, line by line, for whoever is to say whether it may come in. @param width columns of the terminal */
export function declaration(plugin: PinnedPlugin, width = Number.POSITIVE_INFINITY): string {
  const { name, version, before, pin, registries, engines, runners, verifiers, donors, carriers, commands, apart, supersedes } = plugin;
  const lines: (readonly [string, string])[] = [
    ['from', `${pin.resolved} (${pin.integrity.slice(0, 26)}…)`],
    ...registries.map(({ schemes, hosts }) => ['source', sourceLine({ schemes, hosts, supersedes })] as const),
    ...(supersedes ? [] : registries.flatMap(({ reads }) => readsLines(reads))),
    ...engines.map(({ engine }) => ['engine', `${engine}, with your rights`] as const),
    ...runners.map(({ runner }) => ['runner', `${runner}, with your rights`] as const),
    ...verifiers.map(({ verifier }) => ['verifier', `${verifier} in a process of its own, for policies that name it and the signers that count`] as const),
    ...donors.map(({ donor, folders }) => ['donor', `${donor} in a process of its own, reads all of ${folders.map((one) => `~/${one}`).join(', ')}`] as const),
    ...carriers.flatMap(carrierLines),
    ...commands.map((command) => ['command', `ilab ${command}, with your rights`] as const),
    ...apart.map((one) => ['command', commandLine(one)] as const),
    ...(supersedes ? [['instead of', `the ${name} that came with ilab, with your rights and all credentials of its hosts`] as const] : []),
  ];
  const title = before === undefined || before === version ? `${name} ${version}` : `${name} ${version}, in place of ${before}`;
  return [printable(title), ...lines.flatMap(([what, text]) => hanging(what, printable(text), width))].join('\n');
}

/** A line with what goes on below its text. */
function hanging(what: string, text: string, width: number): readonly string[] {
  return wrap(text, width - INDENT - 1).map((line, at) => `  ${(at === 0 ? printable(what) : '').padEnd(INDENT - 4)}  ${line}`);
}

/** It is data, so there is nothing that could run; what it learns, and what the daemon is told, is what counts. */
function carrierLines({ carrier, address, headers }: PinnedPlugin['carriers'][number]): readonly (readonly [string, string])[] {
  return [
    ['carrier', `${carrier}: files of every source come through ${address}, which learns what you download, and no credentials`],
    ...Object.entries(headers).map(([name, value]) => ['tells it', `${name}: ${value}`] as const),
  ];
}

function commandLine({ command, model }: PinnedPlugin['apart'][number]): string {
  return `ilab ${command} in a process of its own, ${model === undefined ? 'without your files' : 'which reads the model that is named and no other files of yours'}`;
}

type Source = { readonly schemes: readonly string[]; readonly hosts: readonly string[]; readonly supersedes: boolean };

function sourceLine({ schemes, hosts, supersedes }: Source): string {
  const names = schemes.map((scheme) => `${scheme}://`).join(' ');
  if (supersedes) return `${names} for ${hosts.join(', ')}`;
  const secrets = hosts.length === 0 ? 'without credentials' : `with the credentials of ${hosts.join(', ')} and no others`;
  return `${names} in a process of its own, ${secrets}`;
}

/** What of the user's it sees beside. */
function readsLines({ env = [], home = [] }: NonNullable<FoundPlugin['registries'][number]['reads']> = {}): readonly (readonly [string, string])[] {
  const files = home.map((path) => `~/${path}`);
  return [...(env.length > 0 ? [['sees', env.join(', ')] as const] : []), ...(files.length > 0 ? [['reads', files.join(', ')] as const] : [])];
}
