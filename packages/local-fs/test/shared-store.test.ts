import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { walkTree } from '../src/relocation/walk-tree.ts';
import { temporaryStore } from './temporary-store.ts';

const SETPRIV = '/usr/bin/setpriv';
const GROUP = 54_321;
const [ANNA, BEN] = [54_001, 54_002];

function sharedStore() {
  const store = temporaryStore();
  mkdirSync(store.models);
  chownSync(store.models, 0, GROUP);
  chmodSync(store.models, 0o2770);
  return store;
}

/** Why a test can't be two users; empty when it can. */
function whyNot(): string {
  if (process.getuid?.() !== 0 || !existsSync(SETPRIV)) return ' [only root can be two users, with setpriv]';
  return run(ANNA, 'nothing', '/').status === 0 ? '' : ' [other users can’t read this checkout]';
}

/** Does an errand as one of two users who have the group in common, both with a umask of 077. */
function as(user: number, errand: string, directory: string): string {
  const { status, stdout, stderr } = run(user, errand, directory);
  expect({ errand, status, stderr }).toEqual({ errand, status: 0, stderr: '' });
  return stdout;
}

function run(user: number, errand: string, directory: string) {
  const script = fileURLToPath(new URL('./second-user.ts', import.meta.url));
  const identity = ['--reuid', String(user), '--regid', String(user), '--groups', String(GROUP)];
  const program = [process.execPath, '--conditions=@ilab/source', script, directory, errand];
  return spawnSync(SETPRIV, [...identity, ...program], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
}

const lacking = whyNot();

describe.skipIf(lacking)(`a store of several users${lacking}`, () => {
  it('is readable and writable for the group, whatever the umask', () => {
    const { models } = sharedStore();
    as(ANNA, 'add', models);
    for (const { path, stats } of walkTree(models)) {
      if (stats.isSymbolicLink()) continue;
      expect({ path, gid: stats.gid }).toEqual({ path, gid: GROUP });
      if (stats.isDirectory()) expect((stats.mode & 0o2070).toString(8), path).toBe('2070');
      else expect(stats.mode & 0o040, path).toBe(0o040);
    }
  });

  it('lets one user move the names and grow beside what another one left', async () => {
    const { models, metadata, cache } = sharedStore();
    as(ANNA, 'add', models);
    as(BEN, 'grow', models);
    const other = { ...sampleId(), revision: sampleRevision(2) };
    expect(await metadata.version(other, 'v1', {})).toEqual(sampleRecord('v1', other.revision));
    expect((await cache.snapshot(other, {}))?.missing).toEqual([]);
    expect(as(ANNA, 'share', models)).toBe('true');
    const sums = join(models, 'registry.example/team/granite', `@${other.revision.replace(':', '-')}`, '.metadata.sums');
    expect(readFileSync(sums, 'utf8').split('\n').length).toBeGreaterThan(3);
  });

  it('lets one user remove what another one brought', () => {
    const { models } = sharedStore();
    as(ANNA, 'add', models);
    as(BEN, 'remove', models);
    expect(readdirSync(models)).toEqual(['.store']);
  });

  it('keeps to itself where the models directory does', () => {
    const store = temporaryStore();
    mkdirSync(store.models);
    chownSync(store.models, ANNA, ANNA);
    chmodSync(store.models, 0o700);
    as(ANNA, 'add', store.models);
    expect(statSync(join(store.models, 'registry.example')).mode & 0o077).toBe(0);
  });
});
