import { describe, expect, it } from 'vitest';
import { countTests, type EndedFile, mergeRuns, worthAnotherRun } from '../src/unsteady-tests.ts';

const file = (name: string, ...statuses: readonly string[]): EndedFile => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, index) => ({ fullName: `test ${index}`, status })),
});
const unloadable: EndedFile = { name: 'broken', status: 'failed', assertionResults: [] };

describe('a run of tests', () => {
  it('is not made again where all passed, nor where more failed than can be chance', () => {
    expect(worthAnotherRun([file('a', 'passed')])).toEqual([]);
    expect(worthAnotherRun(['a', 'b', 'c', 'd'].map((name) => file(name, 'failed')))).toEqual([]);
  });

  it('is made again for the files that failed', () => {
    expect(worthAnotherRun([file('a', 'passed'), file('b', 'passed', 'failed'), unloadable])).toEqual(['b', 'broken']);
  });

  it('counts a file that ran again as it ended then, and names what failed before', () => {
    const { files, unsteady } = mergeRuns([file('a', 'passed'), file('b', 'passed', 'failed'), unloadable], [file('b', 'passed', 'passed'), unloadable]);
    expect(unsteady).toEqual([{ file: 'b', test: 'test 1' }]);
    expect(countTests(files)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('fails where what failed fails again, and names nothing as unsteady', () => {
    const { files, unsteady } = mergeRuns([file('a', 'failed', 'skipped')], [file('a', 'failed', 'skipped')]);
    expect(unsteady).toEqual([]);
    expect(countTests(files)).toEqual({ passed: 0, failed: 1, skipped: 1 });
  });

  it('counts what was left out', () => {
    expect(countTests([file('a', 'passed', 'skipped', 'pending', 'todo')])).toEqual({ passed: 1, failed: 0, skipped: 3 });
  });
});
