import type { Diagnosis } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { presentDiagnosis } from '../src/present/diagnosis.ts';
import { wrap } from '../src/present/wrap.ts';

const diagnosis: Diagnosis = {
  healthy: false,
  exitCode: 8,
  findings: [
    { check: 'space', state: 'ok', message: '68.1 GB are free.' },
    { check: 'read-only store', state: 'warning', message: '/mnt/a-share-with-a-long-name/models is offline.', advice: 'Mount it.' },
    { check: 'models', state: 'problem', message: '1 broken in the store.', advice: 'Remove it and fetch it again.', code: 'E_STORE' },
  ],
};

describe('a diagnosis', () => {
  it('is told with what to do, and summed up', () => {
    expect(presentDiagnosis(diagnosis, { quiet: false })).toBe(`ok       space: 68.1 GB are free.
warning  read-only store: /mnt/a-share-with-a-long-name/models is offline.
         → Mount it.
problem  models: 1 broken in the store.
         → Remove it and fetch it again.

1 problem, 1 warning.`);
  });

  it('fits a narrow terminal, with paths whole', () => {
    const text = presentDiagnosis(diagnosis, { quiet: false, columns: 40 });
    expect(text).toContain('\n         /mnt/a-share-with-a-long-name/models\n         is offline.\n');
    const tooLong = text.split('\n').filter((line) => line.length > 40 && !line.includes('/mnt/'));
    expect(tooLong).toEqual([]);
  });

  it('is what is wrong alone when quiet', () => {
    expect(presentDiagnosis(diagnosis, { quiet: true })).not.toMatch(/^ok|warning\.$/m);
    expect(presentDiagnosis({ ...diagnosis, findings: diagnosis.findings.slice(0, 1) }, { quiet: true })).toBe('');
  });

  it('says so when all is well', () => {
    expect(presentDiagnosis({ ...diagnosis, findings: [] }, { quiet: false })).toBe('\nNo problems, no warnings.');
  });
});

describe('wrap', () => {
  it.each([
    ['a b c', 3, ['a b', 'c']],
    ['', 3, ['']],
    ['toolong a', 3, ['toolong', 'a']],
    ['abc', 3, ['abc']],
  ])('%j at %d', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});
