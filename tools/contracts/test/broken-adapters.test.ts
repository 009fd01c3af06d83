import { beforeAll, describe, expect, it } from 'vitest';
import {
  caches,
  donors,
  engines,
  housekeepers,
  https,
  metadata,
  pluginCommands,
  pluginDonors,
  pluginVerifiers,
  registries,
  runners,
  signatureVerifiers,
  verifiers,
} from '../src/index.ts';
import { type RunCase, runSuites } from '../src/run-suites.ts';

const KINDS = {
  'a registry': registries,
  'an engine': engines,
  'a runner': runners,
  'a donor': donors,
  'a plugin’s donor': pluginDonors,
  'a verifier of signatures': signatureVerifiers,
  'a plugin’s verifier': pluginVerifiers,
  'a plugin’s command': pluginCommands,
  'a client': https,
  'a cache': caches,
  'a store of metadata': metadata,
  'a verifier': verifiers,
  'a housekeeper': housekeepers,
};
const ALL = Object.entries(KINDS).flatMap(([kind, adapters]) =>
  adapters.map(({ what, caughtBy }) => ({ kind, adapter: `${kind} that ${what}`, what, caughtBy })),
);
/** Those of others are proved where they are: in the testkit, and in the store. */
const SOUND = 'a donor that is sound';

let cases: readonly RunCase[];
beforeAll(async () => {
  cases = await runSuites([{ adapter: SOUND }, ...ALL.map(({ adapter, caughtBy }) => ({ adapter, title: caughtBy }))]);
}, 120_000);

function failed(adapter: string): readonly string[] {
  return cases.filter((one) => one.adapter === adapter && one.status === 'failed').map(({ title }) => title);
}

describe('the suites', () => {
  it('have nothing against what is sound', () => {
    const ofSound = cases.filter(({ adapter, status }) => adapter === SOUND && status !== 'pending' && status !== 'skipped');
    expect(ofSound.length).toBeGreaterThan(10);
    expect(failed(SOUND)).toEqual([]);
  });

  it.each(ALL)('catch $adapter', ({ adapter, caughtBy }) => {
    expect(failed(adapter)).toContainEqual(expect.stringContaining(caughtBy));
  });

  it('are shown in a table', async () => {
    const rows = ALL.map(({ kind, adapter, what }) => `| ${kind.replace(/^an? /, '')} | ${what} | ${failed(adapter)[0]?.replaceAll('|', '\\|')} |`);
    const head = [
      '# What the contract suites catch',
      '',
      'Each adapter has one fault that is there on purpose. `npm test -- tools/contracts` proves the table, and `-u` writes it.',
      '',
    ];
    await expect([...head, '| adapter | that | is caught by |', '|---|---|---|', ...rows, ''].join('\n')).toMatchFileSnapshot('../caught.md');
  });
});
