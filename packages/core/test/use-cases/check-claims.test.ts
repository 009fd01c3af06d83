import { beforeEach, describe, expect, it } from 'vitest';
import { checkClaims } from '../../src/use-cases/download/check-claims.ts';
import type { DownloadDeps } from '../../src/use-cases/download/deps.ts';
import { literalReference, type SnapshotMetadata } from '../../src/index.ts';
import { commit, createFakes, type Fakes, NOW, remoteFile, remoteSnapshot, sha256 } from '../fakes/index.ts';

const SMALL = { path: 'config.json', blob: { id: 'config.json', size: 2, digest: `git-sha1:${commit('c')}` } } as const;
const snapshot = remoteSnapshot({ files: [SMALL, remoteFile('model.safetensors', 'weights')] });
const CLAIMED = { partial: true, imported: { from: '/media/models.tar', tool: 'ilab model save' } } as const;

let fakes: Fakes;
let hashed: string[];
beforeEach(() => {
  fakes = createFakes();
  hashed = [];
});

/** What stands here under the revision, and who says so. */
async function check(
  files: Readonly<Record<string, string>>,
  { said = CLAIMED, onDisk = commit('c') }: { readonly said?: object; readonly onDisk?: string } = {},
): Promise<void> {
  const { source, host, repository, revision } = snapshot;
  const metadata: SnapshotMetadata = {
    ...{ schema: 1, source, host, repository, revision, requested: { reference: 'x', kind: 'commit' }, created: NOW, tool: 'ilab/1', format: 'safetensors' },
    files: Object.entries(files).map(([path, content]) => ({ path, size: content.length, sha256: sha256(content), from: path })),
    ...said,
  };
  const deps: DownloadDeps = {
    ...fakes.deps,
    metadata: { ...fakes.deps.metadata, snapshot: () => Promise.resolve(metadata) },
    cache: { ...fakes.deps.cache, snapshot: () => Promise.resolve({ path: '/snapshot', metadata, files: metadata.files, missing: [] }) },
    hash(path) {
      hashed.push(path);
      return Promise.resolve({ sha256: '', gitSha1: onDisk });
    },
  };
  const reference = literalReference('hf://org/name', { grammar: fakes.deps.registries, aliases: {} });
  await checkClaims(deps, { snapshot, reference }, {});
}

const refusal = (path: string) => ({ code: 'E_INTEGRITY', message: expect.stringContaining(`“${path}”`), details: { file: path, from: '/media/models.tar' } });

describe('files that were brought in under a commit', () => {
  it('are what the Hub says, and hashed where only it knows how', async () => {
    await check({ 'model.safetensors': 'weights', 'config.json': '{}' });
    expect(hashed).toEqual(['/snapshot/config.json']);
  });
  it('are not, with other bytes', async () => {
    await expect(check({ 'model.safetensors': 'poison!' })).rejects.toMatchObject(refusal('model.safetensors'));
    await expect(check({ 'config.json': '{}' }, { onDisk: commit('d') })).rejects.toMatchObject(refusal('config.json'));
  });
  it('are not, with a file that the revision does not have', async () => {
    await expect(check({ 'modeling.py': 'import os' })).rejects.toMatchObject(refusal('modeling.py'));
  });
  it.each([
    ['were downloaded', {}],
    ['were described by the Hub since', { imported: CLAIMED.imported }],
    ['a manifest proves', { ...CLAIMED, manifest: { digest: `sha256:${'a'.repeat(64)}`, mediaType: '', content: '' } }],
  ])('are not looked at when they %s', async (_what, said) => {
    await check({ 'model.safetensors': 'poison!' }, { said });
    expect(hashed).toEqual([]);
  });
});
