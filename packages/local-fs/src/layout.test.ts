import { describe, expect, it } from 'vitest';
import { filePath, leasePrefix, recordPath, repositoryDirectory, revisionEntry, revisionOfEntry, snapshotDirectory, versionLink } from './layout.ts';

const HEX = '0a1b'.repeat(16);
const COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';
const quay = { source: 'oci', host: 'quay.io', repository: 'ai-lab/models/granite-7b-lab' };

describe('the layout', () => {
  it('puts a snapshot at host, repository and revision', () => {
    expect(snapshotDirectory('/m', { ...quay, revision: `sha256:${HEX}` })).toBe(`/m/quay.io/ai-lab/models/granite-7b-lab/@sha256-${HEX}`);
    const hub = { source: 'hf', host: 'huggingface.co', repository: 'instructlab/granite-7b-lab', revision: COMMIT };
    expect(snapshotDirectory('/m', hub)).toBe(`/m/huggingface.co/instructlab/granite-7b-lab/@${COMMIT}`);
  });

  it.each([
    ['localhost:5000', 'team/x', '/m/localhost%3A5000/team/x'],
    ['quay.io', '@x/.versions', '/m/quay.io/%40x/%2Eversions'],
    ['quay.io', '../../etc', '/m/quay.io/.%2E/.%2E/etc'],
    ['..', 'x', '/m/.%2E/x'],
  ])('encodes host %s and repository %s, and never leaves the store', (host, repository, directory) => {
    expect(repositoryDirectory('/m', { source: 'oci', host, repository })).toBe(directory);
  });

  it.each([
    ['v1.1', 'v1.1'],
    ['refs/pr/3', 'refs%2Fpr%2F3'],
    ['@x', '%40x'],
    ['.versions', '%2Eversions'],
    ['../../x', '..%2F..%2Fx'],
  ])('keeps the version “%s” in one record and one link', (version, entry) => {
    expect(recordPath('/m', quay, version)).toBe(`/m/quay.io/ai-lab/models/granite-7b-lab/.versions/${entry}.json`);
    expect(versionLink('/m', quay, version)).toBe(`/m/quay.io/ai-lab/models/granite-7b-lab/${entry}`);
  });

  it.each([`sha256:${HEX}`, `sha512:${HEX}${HEX}`, COMMIT])('reads the revision %s back from its entry', (revision) => {
    expect(revisionOfEntry(revisionEntry(revision))).toBe(revision);
  });

  it.each(['main', '.versions', '@', '@a/b', '%40x', '@..%2Fx'])('does not take the entry %s for a snapshot', (entry) => {
    expect(revisionOfEntry(entry)).toBeUndefined();
  });

  it('gives every snapshot leases of its own', () => {
    const ids = [
      { ...quay, revision: 'a' },
      { ...quay, revision: 'b' },
      { ...quay, host: 'other.example', revision: 'a' },
      { ...quay, source: 'hf', revision: 'a' },
    ];
    expect(new Set(ids.map(leasePrefix)).size).toBe(ids.length);
  });
});

describe('filePath', () => {
  it.each([
    ['config.json', '/s/config.json'],
    ['sub/model.gguf', '/s/sub/model.gguf'],
    ['.metadata', '/s/%2Emetadata'],
    ['sub/.metadata.sums', '/s/sub/%2Emetadata.sums'],
    ['..a', '/s/..a'],
  ])('puts “%s” at %s', (path, place) => {
    expect(filePath('/s', path)).toBe(place);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/', '..', '', 'a\\..\\b', 'a\0b'])('refuses %j', (path) => {
    expect(() => filePath('/s', path)).toThrow(expect.objectContaining({ code: 'E_STORE' }));
  });
});
