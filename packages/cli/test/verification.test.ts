import type { PrunePlan, Verification } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { parseAge } from '../src/present/age.ts';
import { presentList } from '../src/present/list.ts';
import { presentPrunePlan, summarizePrune } from '../src/present/prune.ts';
import { isDamaged, presentVerification } from '../src/present/verification.ts';

const sound: Verification = {
  checked: 3,
  bytes: 4_200_000,
  ok: ['quay.io/a/b:v1'],
  bad: [],
  missing: [],
  untrusted: [],
  repaired: [],
  fetched: 0,
  skipped: [],
};
const at = { reference: 'quay.io/a/b:v1', file: 'm\u001b[2J.gguf' };
const plan: PrunePlan = {
  snapshots: [
    {
      reference: 'quay.io/a/b@sha256:1',
      id: { source: 'oci', host: 'quay.io', repository: 'a/b', revision: 'sha256:1' },
      path: '/x',
      since: '2026-01-02T00:00:00Z',
    },
  ],
  leftovers: [
    { kind: 'partial', path: '/store/a\u202eb', modified: '2026-01-03T00:00:00Z' },
    { kind: 'trash', path: '/store/c', modified: '2026-01-03T00:00:00Z' },
  ],
  kept: [],
  bytes: 4_200_000,
};

describe('a verification', () => {
  it('that finds nothing is one line', () => {
    expect(presentVerification(sound, { quick: false })).toBe('1 snapshot in order; 3 files, 4.2 MB read and hashed.');
    expect(presentVerification(sound, { quick: true })).toContain('looked at, not read');
    expect(isDamaged(sound)).toBe(false);
  });

  it('says what no policy lets pass', () => {
    const text = presentVerification({ ...sound, untrusted: [{ reference: 'quay.io/a/b:v1', reason: 'of model.sig: no\u001b[2J.' }] }, { quick: true });
    expect(text).toContain('Untrusted quay.io/a/b:v1: of model.sig: no?[2J.');
  });

  it('says of every file what is wrong, and what was put right, with nothing that steers a terminal', () => {
    const found = { ...sound, ok: [], bad: [{ ...at, expected: '5 bytes', actual: '4 bytes' }], missing: [{ ...at, file: 'x' }], repaired: [at], fetched: 5 };
    const text = presentVerification(found, { quick: false });
    expect(text).toMatch(/REFERENCE +FILE +PROBLEM\n.*m\?\[2J\.gguf +4 bytes, not 5 bytes\n.* x +missing\n/);
    expect(text).toContain('Repaired quay.io/a/b:v1: m?[2J.gguf\n5 B fetched.\n0 snapshots in order');
    expect([isDamaged(found), isDamaged({ ...found, bad: [] })]).toEqual([true, true]);
  });
});

describe('a plan to prune', () => {
  it('says what goes, since when, and what comes back', () => {
    expect(presentPrunePlan(plan)).toMatch(/^snapshot without a name +quay\.io\/a\/b@sha256:1 +2026-01-\d\d \d\d:\d\d\nabandoned download +\/store\/a\?b /m);
    expect(summarizePrune(plan)).toBe('1 snapshot and 2 leftovers (4.2 MB come back)');
    expect(summarizePrune({ ...plan, snapshots: [] })).toBe('2 leftovers (4.2 MB come back)');
  });

  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['0d', 0],
  ])('takes the age %s', (text, milliseconds) => {
    expect(parseAge(text)).toBe(milliseconds);
  });

  it.each(['', '30', 'd', '1.5d', '-1d', '30 d', '1y', '9999999d'])('takes no age “%s”', (text) => {
    expect(() => parseAge(text)).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

describe('a list', () => {
  const list = { models: [], adapters: [], checkpoints: [], broken: [], offline: [] };
  const disk = { size: 3000, unique: 1000, shared: 2000, repeated: 0 };

  it.each([
    [disk, 'Total on disk: 3.0 kB, 2.0 kB of it shared'],
    [{ ...disk, shared: 0, repeated: 500 }, 'Total on disk: 3.0 kB; up to 500 B less where equal files share by reflink'],
  ])('ends with what all of it takes: %j', (given, line) => {
    expect(
      presentList({ ...list, disk: given }, { total: true })
        .split('\n')
        .at(-1),
    ).toBe(line);
    expect(presentList({ ...list, disk: given }, { total: false })).not.toContain('Total');
  });

  it('breaks that line between words where it is too long for the terminal', () => {
    const shown = presentList({ ...list, disk: { ...disk, repeated: 500 } }, { total: true, width: 40 });
    expect(shown.split('\n')).toEqual(['Total on disk: 3.0 kB, 2.0 kB of it', 'shared; up to 500 B less where equal', 'files share by reflink']);
  });
});
