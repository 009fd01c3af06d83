import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '@ilab/e2e';
import { type Model, snapshotOf, startHub } from '@ilab/hub';
import { createIlab } from '@ilab/sdk';
import { measure, median } from './measure.ts';

const ROUNDS = 21;
const VERSIONS_EACH = 10;

/** What must not take longer for plugins: at most 1.1 times as long. */
const BESIDE_PLUGINS = [
  ['ilab --version', 'ilab --version (20 plugins)'],
  ['ilab model list (100 snapshots)', 'ilab model list (100, 20 plugins)'],
] as const;

/** Start-up of the built command line against an empty Node, interleaved so that noise falls on all alike. */
export async function benchStartup(): Promise<readonly string[]> {
  const homes: string[] = [];
  try {
    const few = await filledHome(100);
    homes.push(few);
    const many = await filledHome(1000);
    homes.push(many);
    const plugins = await filledHome(100);
    homes.push(plugins);
    await addPlugins(plugins, 20);
    const commands = [
      { name: 'node -e 0', home: few, args: ['-e', '0'] },
      { name: 'ilab --version', home: few, args: [CLI, '--version'] },
      { name: 'ilab --version (20 plugins)', home: plugins, args: [CLI, '--version'] },
      { name: 'ilab model list (100 snapshots)', home: few, args: [CLI, 'model', 'list'] },
      { name: 'ilab model list (100, 20 plugins)', home: plugins, args: [CLI, 'model', 'list'] },
      { name: 'ilab model list (1000 snapshots)', home: many, args: [CLI, 'model', 'list'] },
      { name: 'ilab model path (1 of 1000)', home: many, args: [CLI, 'model', 'path', '--offline', 'many-42:v7'] },
      { name: 'completion (1 of 100, 20 plugins)', home: plugins, args: [CLI, 'complete', 'model', 'path', 'many-2:'] },
      { name: 'completion (1 of 1000)', home: many, args: [CLI, 'complete', 'model', 'path', 'many-42:'] },
    ].map((command) => ({ ...command, seconds: [] as number[] }));
    for (let round = 0; round <= ROUNDS; round++) {
      // Whatever slows the machine for a while falls on the same command neither first nor last.
      for (const { args, home, seconds: taken } of round % 2 === 0 ? commands : commands.toReversed()) {
        const { seconds } = await measure(process.execPath, args, { PATH: process.env['PATH'], HOME: home });
        // The first round fills the compile cache.
        if (round > 0) taken.push(seconds);
      }
    }
    const secondsOf = (name: string) => commands.find((one) => one.name === name)?.seconds ?? [];
    const base = median(commands[0]?.seconds ?? []);
    const lines = commands.map(
      ({ name, seconds }) => `${name.padEnd(36)} ${(median(seconds) * 1000).toFixed(0).padStart(5)} ms  ${(median(seconds) / base).toFixed(2).padStart(5)} ×`,
    );
    return [
      ...lines,
      ...BESIDE_PLUGINS.map(
        ([without, with_]) => `${with_}: ${medianRatio(secondsOf(without), secondsOf(with_)).toFixed(2)} × of that without, round by round`,
      ),
    ];
  } finally {
    for (const home of homes) await rm(home, { recursive: true, force: true });
  }
}

/** A home with so many snapshots in its store, ten versions a repository. */
async function filledHome(snapshots: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-bench-'));
  const models = Array.from({ length: snapshots / VERSIONS_EACH }, (_, index): Model => ({ repository: `acme/many-${index}`, versions: versionsOf(index) }));
  const hub = await startHub({ models });
  const ilab = await createIlab({ home, cwd: home, env: {} });
  for (const { repository, versions } of models) {
    for (const version of versions.keys()) await ilab.models.download({ reference: `${hub.host}/${repository}:${version}` });
  }
  await ilab.close();
  await hub.close();
  return home;
}

/** Plugins as `ilab plugins install` leaves them, each with a source, and every other one with two commands. */
async function addPlugins(home: string, count: number): Promise<void> {
  const dataDir = join(home, '.local', 'share', 'ilab');
  const names = Array.from({ length: count }, (_, index) => `ilab-plugin-${String.fromCharCode(97 + index)}`);
  for (const [at, name] of names.entries()) {
    const source = name.slice(-1).repeat(3);
    const grammar = {
      depth: { min: 1, max: 3 },
      patterns: { segment: '[a-z]+', version: '[a-z]+' },
      defaultVersion: 'v',
      summary: source,
      entry: './index.js',
    };
    const command = { entry: './index.js', summary: `Reports on ${source}.`, model: 'required', flags: { depth: { type: 'integer', summary: 'How deep.' } } };
    const commands = ['report', 'compare'].map((verb) => ({ ...command, command: `${source} ${verb}` }));
    const registries = [{ source, schemes: [source], hosts: [`${source}.example`], ...grammar }];
    const ilab = { apiVersion: 1, registries, ...(at % 2 === 0 && { commands }) };
    await mkdir(join(dataDir, 'node_modules', name), { recursive: true });
    await writeFile(join(dataDir, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', oclif: {}, ilab }));
  }
  const plugins = names.map((name) => ({ name, type: 'user', tag: '1.0.0' }));
  await writeFile(join(dataDir, 'package.json'), JSON.stringify({ private: true, oclif: { schema: 1, plugins } }));
}

/** Of runs of the same round, which had the same machine. */
function medianRatio(first: readonly number[], second: readonly number[]): number {
  return median(second.map((seconds, round) => seconds / (first[round] ?? Number.NaN)));
}

function versionsOf(index: number): Model['versions'] {
  return new Map(
    Array.from({ length: VERSIONS_EACH }, (_, version) => [
      `v${version}`,
      snapshotOf({ 'config.json': `{"index": ${index}, "version": ${version}}`, 'model.safetensors': `weights ${index} ${version}` }),
    ]),
  );
}
