import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type Contents, type Hub, snapshotOf, startHub } from '@ilab/hub';
import { createIlab } from '@ilab/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, root, storeOf, type Workspace } from '../src/index.ts';

type Row = { readonly name: string; readonly refused?: true; readonly entry?: string };
type Collision = { readonly files?: readonly (readonly [string, string])[]; readonly refused?: readonly string[] };
const corpus = (name: string): unknown => JSON.parse(readFileSync(join(root, 'packages', 'core', 'hostile', `${name}.json`), 'utf8'));
const { names, snapshots } = corpus('names') as { readonly names: readonly Row[]; readonly snapshots: readonly Collision[] };
const digests = corpus('digests') as readonly string[];
const stored = names.flatMap(({ name, entry }) => (entry === undefined ? [] : [[name, entry] as const]));
// A layer without a name is no file, and told as such.
const refused = names.flatMap((row) => (row.refused && row.name !== '' ? [[row.name]] : []));
const impossible = snapshots.flatMap((row) => (row.refused ? [row.refused] : []));
/** With the built command line; the rest goes through the library, in this process. */
const BY_COMMAND = process.env['ILAB_TEST_FULL'] === '1' ? Number.POSITIVE_INFINITY : 2;

/** Corpus names in revisions where none stands in another's way, and the collisions as they are. */
const wholesome = [...groupsWithoutCollisions(), ...snapshots.flatMap(({ files }) => (files ? [files] : []))];

function groupsWithoutCollisions(): readonly (readonly (readonly [string, string])[])[] {
  const groups: (readonly [string, string])[][] = [];
  for (const pair of stored) {
    const home = groups.find((group) => !group.some(([name]) => meet(name, pair[0])));
    if (home) home.push(pair);
    else groups.push([pair]);
  }
  return groups;
}

/** Whether two paths are one to a case-blind disk, or one the folder of the other. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => path.normalize('NFD').toUpperCase()) as [string, string];
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

const contentsOf = (paths: readonly string[]): Contents => Object.fromEntries(['config.json', ...paths].map((path) => [path, `content of ${path}`]));
const versions = new Map([
  ...wholesome.map((pairs, index) => [`good${index}`, snapshotOf(contentsOf(pairs.map(([name]) => name)))] as const),
  ...[...refused, ...impossible].map((paths, index) => [`bad${index}`, snapshotOf(contentsOf(paths))] as const),
]);
const bad = [...versions.keys()].filter((version) => version.startsWith('bad'));

let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  hub = await startHub({ models: [{ repository: 'acme/hostile', versions }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  for (const precious of ['.ssh/authorized_keys', '.bashrc', 'x', 'config.json', '.cache/instructlab/x', '.cache/instructlab/config.json']) {
    mkdirSync(dirname(join(workspace.home, precious)), { recursive: true });
    writeFileSync(join(workspace.home, precious), 'mine');
  }
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

/** Everything around the store, with content and times. */
function outside(): string {
  const hash = createHash('sha256');
  const visit = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const path = join(directory, name);
      if (path === storeOf(workspace)) continue;
      const stats = lstatSync(path);
      // A folder's times move when the store is made in it; its names are what counts.
      hash.update(`${path} ${stats.mode} ${stats.isDirectory() ? '' : `${stats.mtimeMs} ${stats.ctimeMs}`}\n`);
      if (stats.isDirectory()) visit(path);
      else hash.update(readFileSync(path));
    }
  };
  visit(dirname(workspace.home));
  return hash.digest('hex');
}

/** Files of a model's snapshot as they stand on disk, without the store's own. */
function onDisk(directory: string): readonly string[] {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return found
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .split(sep)
        .join('/'),
    )
    .filter((path) => !path.startsWith('.metadata'));
}

describe.each([
  ['a registry', (version: string) => `${hub.host}/acme/hostile:${version}`],
  ['a Hub', (version: string) => `hf://acme/hostile:${version}`],
])('names that %s lists', (_kind, reference) => {
  const library = () => createIlab({ home: workspace.home, cwd: workspace.home, env: { HF_ENDPOINT: hub.url } });

  it('are stored under exactly their entries', async () => {
    const before = outside();
    await using ilab = await library();
    for (const [index, pairs] of wholesome.entries()) {
      const { path } = await ilab.models.download({ reference: reference(`good${index}`) });
      // A model of one GGUF file is that file.
      const [directory = ''] = /^.*?[/\\]@[^/\\]+/.exec(path) ?? [];
      const entries = new Map([['config.json', 'config.json'], ...pairs]);
      expect([...onDisk(directory)].sort()).toEqual([...entries.values()].sort());
      for (const [name, entry] of entries) expect(readFileSync(join(directory, entry), 'utf8')).toBe(`content of ${name}`);
    }
    expect(outside()).toBe(before);
  });

  it('are stored, listed, inspected and removed by the command line', async () => {
    const before = outside();
    for (const [index, pairs] of [...wholesome.entries()].slice(0, BY_COMMAND)) {
      const store = ['--store', join(storeOf(workspace), 'by-command')];
      expect(await workspace.ilab(['model', 'download', reference(`good${index}`), ...store])).toMatchObject({ code: 0 });
      const { stdout } = await workspace.ilab(['model', 'inspect', reference(`good${index}`), '--json', ...store]);
      const { result } = JSON.parse(stdout) as { result: { files: readonly { path: string; here: boolean }[] } };
      expect(result.files.map(({ path }) => path).sort()).toEqual([...new Set(['config.json', ...pairs.map(([name]) => name)])].sort());
      expect(result.files.every(({ here }) => here)).toBe(true);
      expect(await workspace.ilab(['model', 'list', ...store])).toMatchObject({ code: 0, stdout: expect.stringContaining(`good${index}`) });
      expect(await workspace.ilab(['model', 'remove', reference(`good${index}`), '--yes', ...store])).toMatchObject({ code: 0 });
    }
    expect(outside()).toBe(before);
  });

  it('are refused where they can’t be files, and nothing is left of them', async () => {
    const before = outside();
    await using ilab = await library();
    const had = (await ilab.models.list()).models.length;
    const asked = hub.requests.length;
    for (const version of bad) await expect(ilab.models.download({ reference: reference(version) }), version).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect(hub.requests.slice(asked).filter(({ url }) => /\/blobs\/|\/resolve\//.test(url))).toEqual([]);
    for (const version of bad.slice(0, BY_COMMAND)) {
      const { code, stderr } = await workspace.ilab(['model', 'download', reference(version)]);
      expect({ code, stderr }).toMatchObject({ code: 7, stderr: expect.stringMatching(/^Error \[E_REGISTRY\] /) });
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
    const { models, broken } = await ilab.models.list();
    expect({ count: models.length, broken }).toEqual({ count: had, broken: [] });
    expect(outside()).toBe(before);
  });
});

it('digests that are none are refused before anything is asked or made', async () => {
  const before = outside();
  await using ilab = await createIlab({ home: workspace.home, cwd: workspace.home, env: { HF_ENDPOINT: hub.url } });
  // What has no colon is a version's name; what has a # a digest and a selector.
  const malformed = digests.filter((text) => text.includes(':') && !text.includes('#'));
  expect(malformed.length).toBeGreaterThanOrEqual(100);
  const asked = hub.requests.length;
  for (const digest of malformed) {
    const reference = `${hub.host}/acme/hostile@${digest}`;
    for (const attempt of [ilab.models.download({ reference }), ilab.models.inspect({ reference }), ilab.models.planRemoval({ reference })])
      await expect(attempt, digest).rejects.toMatchObject({ code: 'E_BAD_REFERENCE' });
  }
  for (const digest of malformed.filter((text) => !text.includes('\0')).slice(0, BY_COMMAND)) {
    for (const command of ['download', 'path', 'inspect', 'remove']) {
      expect(await workspace.ilab(['model', command, `${hub.host}/acme/hostile@${digest}`]), digest).toMatchObject({ code: 2 });
    }
  }
  expect(hub.requests.length).toBe(asked);
  expect(outside()).toBe(before);
});
