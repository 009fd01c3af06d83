import type { Digest, RemoteReference, RemoteSnapshot } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { sampleFile, sampleRevision } from './sample.ts';
import { expectSoundSnapshot } from './sound-snapshot.ts';

const manifest = sampleFile('manifest', '{}');
const blob = { id: 'x', size: 3, digest: sampleRevision(1) as Digest };
const reference: RemoteReference = { kind: 'remote', input: '', adapter: 'oci', host: 'registry.example', repository: 'team/granite', canonical: '' };
const sound: RemoteSnapshot = {
  source: 'oci',
  host: 'registry.example',
  repository: 'team/granite',
  revision: manifest.digest,
  kind: 'tag',
  files: [{ path: 'sub/model.gguf', blob }],
  archives: [],
  manifest: { digest: manifest.digest, mediaType: 'application/json', content: manifest.content },
};

describe('expectSoundSnapshot', () => {
  it('takes a sound one', () => {
    expect(() => expectSoundSnapshot(sound, reference)).not.toThrow();
  });

  it.each<[string, Partial<RemoteSnapshot>]>([
    ['a name that may move for a revision', { revision: 'main' }],
    ['an abbreviated commit', { revision: '3f2a1b0' }],
    ['another repository', { repository: 'team/other' }],
    ['another host', { host: 'elsewhere.example' }],
    ['no files', { files: [] }],
    ['a path out of the repository', { files: [{ path: '../x', blob }] }],
    ['an absolute path', { files: [{ path: '/etc/passwd', blob }] }],
    ['a path that steers the terminal', { files: [{ path: '\u001b[31m', blob }] }],
    [
      'a path that is there twice',
      {
        files: [
          { path: 'a', blob },
          { path: 'a', blob },
        ],
      },
    ],
    ['a digest of the wrong length', { files: [{ path: 'a', blob: { ...blob, digest: 'sha256:abc' } }] }],
    ['a negative size', { files: [{ path: 'a', blob: { ...blob, size: -1 } }] }],
    ['an archive without a digest', { archives: [{ blob: { ...blob, digest: 'sha256:' }, codec: 'tar', prefix: '' }] }],
    ['a manifest of another revision', { revision: sampleRevision(2) }],
    ['a manifest that was written anew', { manifest: { digest: manifest.digest, mediaType: 'application/json', content: '{ }' } }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => expectSoundSnapshot({ ...sound, ...wrong }, reference)).toThrow();
  });

  it('refuses another revision than the one asked for', () => {
    expect(() => expectSoundSnapshot(sound, { ...reference, digest: blob.digest })).toThrow();
  });
});
