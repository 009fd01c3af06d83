import { IlabError } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { toIlabError } from '../src/errors.ts';
import { presentError } from '../src/present/error.ts';
import { sortRows } from '../src/present/list.ts';
import { formatPairs, formatTable } from '../src/present/table.ts';
import { formatBytes, formatSeconds } from '../src/present/units.ts';
import { describeTask, describeTotal } from '../src/terminal/describe-progress.ts';

describe('units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [4_766_376, '4.8 MB'],
    [123_456_789, '123 MB'],
    [2 ** 31, '2.1 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [59.4, '59 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('tables', () => {
  it('align, and end lines without spaces', () => {
    const columns = [
      { title: 'NAME', value: (row: readonly [string, string]) => row[0] },
      { title: 'SIZE', value: (row: readonly [string, string]) => row[1], align: 'right' as const },
      { title: 'X', value: () => '' },
    ];
    expect(
      formatTable(
        [
          ['größe', '1'],
          ['b', '22222'],
        ],
        columns,
      ),
    ).toBe('NAME    SIZE  X\ngröße      1\nb      22222');
  });

  it('of pairs leave out what is not known', () => {
    expect(
      formatPairs([
        ['A', '1'],
        ['Long', '2'],
        ['Gone', undefined],
      ]),
    ).toBe('A     1\nLong  2');
  });

  it('sort by what is looked for', () => {
    const row = (name: string, size: number, version: string) => ({
      name,
      size,
      version,
      reference: '',
      format: 'gguf' as const,
      uniqueSize: 0,
      modified: `2026-0${size}`,
      path: '',
      source: '',
    });
    const rows = [row('a', 1, 'v10'), row('b', 2, 'v9')];
    expect(sortRows(rows, 'size').map(({ name }) => name)).toEqual(['b', 'a']);
    expect(sortRows(rows, 'modified').map(({ name }) => name)).toEqual(['b', 'a']);
    expect(sortRows(rows, 'version').map(({ name }) => name)).toEqual(['b', 'a']);
    expect(sortRows(rows, undefined)).toBe(rows);
  });
});

describe('errors', () => {
  it('say what, where and what to do', () => {
    const error = new IlabError('E_BAD_REFERENCE', 'There is a space.', { hint: 'Take it out.', details: { input: 'a b', position: 1 } });
    expect(presentError(error)).toBe('Error [E_BAD_REFERENCE] There is a space.\n    a b\n     ^\n  Take it out.\n');
  });

  it('that nobody foresaw ask to be reported, without a stack', () => {
    const error = toIlabError(new TypeError('x is not a function'));
    expect(error).toMatchObject({ code: 'E_INTERNAL', exitCode: 1, hint: expect.stringContaining('issues') });
    expect(presentError(error)).not.toContain('present.test');
  });

  it('of an interruption are one', () => {
    expect(toIlabError(new Error('whatever'), { interrupted: true })).toMatchObject({ code: 'E_INTERRUPTED', exitCode: 130 });
    expect(toIlabError(AbortSignal.abort().reason)).toMatchObject({ code: 'E_INTERRUPTED' });
  });

  it('of an interruption speak of what arrived only where something did', () => {
    expect(toIlabError(new Error('x'), { interrupted: true, arrived: true }).hint).toMatch(/^What arrived is kept: .* to go on\.$/);
    expect(toIlabError(new Error('x'), { interrupted: true }).hint).toBe('Run the same command again when you like.');
  });

  it('never carry what steers a terminal', () => {
    expect(presentError(new IlabError('E_REGISTRY', 'a\u001b[2Jb\u202e', { hint: '\u0007' }))).not.toMatch(/[\u0007\u001b\u202e]/);
  });
});

describe('progress', () => {
  const task = { label: 'sub/model-00001-of-00002.safetensors', size: 1000, at: 450, resumed: 100 };

  it('of a file fits the terminal', () => {
    for (const columns of [20, 40, 60, 80, 200]) expect([...describeTask(task, columns)].length).toBeLessThanOrEqual(columns);
    expect(describeTask(task, 100)).toContain('45 %');
    expect(describeTask({ ...task, size: 0, at: 0 }, 100)).toContain('100 %');
  });

  it('of all counts what was there before as here, and not as speed', () => {
    const total = { bytes: 2000, done: 0, received: 0, started: 0 };
    expect(describeTotal({ total, tasks: [task], now: 2000 })).toBe('450 B of 2.0 kB (22 %), 175 B/s, 8.9 s left');
  });
});
