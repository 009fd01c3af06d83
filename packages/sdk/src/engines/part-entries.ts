import type { ModelFormat, RunnerTask } from '@ilab/core';
import type { EngineManifest, RunnerManifest } from '@ilab/plugin-api';
import type { KnownPart } from './known-parts.ts';
import type { PartTable } from './part-table.ts';

/** An engine or runner, and the plugin that brings it. */
interface PartEntry {
  readonly summary?: string;
  readonly plugin: string;
  readonly version?: string;
  /** `incomplete`: the plugin is there, and what it needs is not installed yet. */
  readonly state: 'ready' | 'incomplete' | 'invalid' | 'missing';
  readonly reason?: string;
}

/** For `ilab engine list`. */
export interface EngineEntry extends PartEntry {
  /** Empty where a plugin's metadata can't be read. */
  readonly engine: string;
  readonly formats: readonly ModelFormat[];
}

/** For `ilab runner list`. */
export interface RunnerEntry extends PartEntry {
  /** Empty where a plugin's metadata can't be read. */
  readonly runner: string;
  readonly tasks: readonly RunnerTask[];
}

/** @param isComplete whether what an engine needs is installed */
export async function engineEntries(
  table: PartTable<EngineManifest>,
  isComplete: (name: string, manifest: EngineManifest) => Promise<boolean>,
): Promise<readonly EngineEntry[]> {
  const entries = await entriesOf('engine', table, isComplete);
  return entries.map(({ name, manifest, known, entry }) => ({ engine: name, formats: manifest?.formats ?? known?.formats ?? [], ...entry }));
}

/** @param isComplete whether its environment is installed */
export async function runnerEntries(table: PartTable<RunnerManifest>, isComplete: (name: string) => Promise<boolean>): Promise<readonly RunnerEntry[]> {
  const entries = await entriesOf('runner', table, isComplete);
  return entries.map(({ name, manifest, known, entry }) => ({ runner: name, tasks: manifest?.tasks ?? known?.tasks ?? [], ...entry }));
}

interface Listed<Manifest> {
  readonly name: string;
  readonly manifest?: Manifest;
  readonly known?: KnownPart;
  readonly entry: PartEntry;
}

async function entriesOf<Manifest extends { readonly summary: string }>(
  kind: 'engine' | 'runner',
  { usable, unusable, missing }: PartTable<Manifest>,
  isComplete: (name: string, manifest: Manifest) => Promise<boolean>,
): Promise<readonly Listed<Manifest>[]> {
  const here = [...usable.values()].map(async ({ name, manifest, plugin }): Promise<Listed<Manifest>> => {
    const state = (await isComplete(name, manifest))
      ? { state: 'ready' as const }
      : { state: 'incomplete' as const, reason: `finish it with: ilab ${kind} install ${name}` };
    return { name, manifest, entry: { summary: manifest.summary, plugin: plugin.name, version: plugin.version, ...state } };
  });
  return [
    ...(await Promise.all(here)),
    ...unusable.map(({ name, plugin, reason }) => ({ name, entry: { plugin: plugin.name, version: plugin.version, state: 'invalid' as const, reason } })),
    ...missing.map((known) => {
      const { name, summary, plugin } = known;
      return { name, known, entry: { summary, plugin, state: 'missing' as const, reason: `bring it with: ilab ${kind} install ${name}` } };
    }),
  ];
}
