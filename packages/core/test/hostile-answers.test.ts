import { describe, expect, it } from 'vitest';
import { checkRemoteSnapshot } from '../src/index.ts';
import { digests, names } from './hostile.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const blob = { id: digest, size: 1, digest };
const answer = {
  source: 'shelf',
  host: 'shelf.example',
  repository: 'a/b',
  revision: digest,
  version: 'v1',
  kind: 'tag',
  files: [{ path: 'a', blob }],
  archives: [],
};
const refused = expect.objectContaining({ code: 'E_REGISTRY' });

describe('what a plugin answers', () => {
  it('passes when it is what was promised', () => {
    expect(checkRemoteSnapshot(answer)).toBe(answer);
  });

  it.each(digests)('is refused with %j for a digest, wherever it stands', (text) => {
    const hostile = { ...blob, digest: text };
    const archive = { blob: hostile, codec: 'tar', prefix: '' };
    expect(() => checkRemoteSnapshot({ ...answer, files: [{ path: 'a', blob: hostile }] })).toThrow(refused);
    expect(() => checkRemoteSnapshot({ ...answer, archives: [archive] })).toThrow(refused);
    expect(() => checkRemoteSnapshot({ ...answer, manifest: { digest: text, mediaType: '', content: '' } })).toThrow(refused);
    // Without a colon it may be a commit.
    if (text.includes(':') || text === '') expect(() => checkRemoteSnapshot({ ...answer, revision: text })).toThrow(refused);
  });

  it.each(names.filter((row) => row.refused))('is refused with a file called $name', ({ name }) => {
    expect(() => checkRemoteSnapshot({ ...answer, files: [{ path: name, blob }] })).toThrow(refused);
  });

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { ...answer, files: undefined },
    { ...answer, files: {} },
    { ...answer, files: [null] },
    { ...answer, files: [{ path: 7, blob }] },
    { ...answer, files: [{ path: 'a' }] },
    ...[-1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', null].map((size) => ({ ...answer, files: [{ path: 'a', blob: { ...blob, size } }] })),
    {
      ...answer,
      files: [
        { path: 'a', blob },
        { path: 'a', blob: { ...blob, digest: `sha256:${'b2'.repeat(32)}` } },
      ],
    },
    { ...answer, archives: undefined },
    { ...answer, archives: [{ blob, codec: 'zip', prefix: '' }] },
    { ...answer, archives: [{ blob, codec: 'tar', prefix: '../' }] },
    { ...answer, archives: [{ blob, codec: 'tar', prefix: '/' }] },
    ...['..', '.', '', '../x', 'a/b', '@x', 'x.', 'a b', 'a\0', 'x'.repeat(200)].map((revision) => ({ ...answer, revision })),
    ...['', 'a\nb', 'x'.repeat(300), 7].map((version) => ({ ...answer, version })),
    ...['', '..', '../x', '/x', 'a//b', 'a\\b', 7].map((repository) => ({ ...answer, repository })),
    ...['', '..', 'a/../b', 7].map((host) => ({ ...answer, host })),
    { ...answer, kind: 'other' },
    { ...answer, notices: [7] },
  ])('is refused as %j', (value) => {
    expect(() => checkRemoteSnapshot(value)).toThrow(refused);
  });
});
