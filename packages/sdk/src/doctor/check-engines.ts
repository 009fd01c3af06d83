import type { Check, Finding } from '@ilab/core';
import type { EngineEntry, RunnerEntry } from '../engines/part-entries.ts';

export interface EngineCheckDeps {
  readonly engines: { list(): Promise<readonly EngineEntry[]> };
  readonly runners: { list(): Promise<readonly RunnerEntry[]> };
}

interface Part {
  readonly kind: 'engine' | 'runner';
  readonly name: string;
  readonly entry: Pick<EngineEntry, 'state' | 'reason' | 'plugin' | 'version'>;
}

/** Engines and runners: whether what is there is whole. What could be installed is nothing to worry about. */
export function checkEngines({ engines, runners }: EngineCheckDeps): Check {
  return {
    name: 'engines',
    async run() {
      const parts: readonly Part[] = [
        ...(await engines.list()).map(({ engine, ...entry }) => ({ kind: 'engine' as const, name: engine, entry })),
        ...(await runners.list()).map(({ runner, ...entry }) => ({ kind: 'runner' as const, name: runner, entry })),
      ];
      // A plugin that can't be read at all is told of with its version.
      const there = parts.filter(({ name, entry }) => name !== '' && entry.state !== 'missing');
      if (there.length > 0) return there.map(lookAt);
      return [{ check: 'engines', state: 'ok', message: 'None is installed: models can be kept, and are run by other tools. See: ilab engine list' }];
    },
  };
}

function lookAt({ kind, name, entry: { state, reason = '', plugin, version = '' } }: Part): Finding {
  const check = `${kind} ${name}`;
  if (state === 'ready') return { check, state: 'ok', message: `It is there: ${plugin} ${version}.` };
  if (state === 'incomplete') {
    return { check, state: 'warning', message: 'What it needs is not installed, or not whole.', advice: `ilab ${kind} install ${name}` };
  }
  return { check, state: 'problem', message: `It can't be used: ${reason}.`, advice: `ilab plugins uninstall ${plugin}`, code: 'E_PLUGIN_BROKEN' };
}
