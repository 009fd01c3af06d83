import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isAbort } from '@ilab/core';
import { endingOf, soonAborted } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-store.ts';
import { locksIn } from './locks-in.ts';
import { noLocks } from './no-locks.ts';
import { waitForLock } from './wait-for-lock.ts';

const NOBODY = 65534;

describe.each([
  { kind: 'kernel locks', make: locksIn },
  { kind: 'no locks', make: noLocks },
])('$kind', ({ make }) => {
  it('let one in at a time, by name', () => {
    const directory = temporaryDirectory();
    const [locks, others] = [make(directory), make(directory)];
    const first = locks.take('a', 'test');
    expect(first).toBeDefined();
    expect([others.take('a', 'test'), others.isHeld('a'), others.isHeld('b')]).toEqual([undefined, true, false]);
    expect(others.take('b', 'test')).toBeDefined();
    first?.release();
    expect(others.isHeld('a')).toBe(false);
    expect(others.take('a', 'test')).toBeDefined();
  });

  it('don’t let go of another’s lock when one is given up twice', () => {
    const locks = make(temporaryDirectory());
    const first = locks.take('a', 'test');
    first?.release();
    const second = locks.take('a', 'test');
    first?.release();
    expect(locks.isHeld('a')).toBe(true);
    second?.release();
  });

  it('are waited for until they are free, or the signal is aborted', async () => {
    const locks = make(temporaryDirectory());
    const first = locks.take('a', 'test');
    const aborted = await endingOf(waitForLock(locks, 'a', { purpose: 'test', signal: soonAborted() }));
    expect(aborted).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
    const waiting = endingOf(waitForLock(locks, 'a', { purpose: 'test' }), 5000);
    first?.release();
    expect(await waiting).toMatchObject({ how: 'returned' });
  });
});

describe('kernel locks', () => {
  it('leave nothing behind but the guard', () => {
    const directory = temporaryDirectory();
    const locks = locksIn(directory);
    locks.take('a', 'test')?.release();
    expect(readdirSync(directory)).toEqual(['.guard']);
  });

  it('say who holds them', () => {
    const locks = locksIn(temporaryDirectory());
    const lock = locks.take('a', 'serving');
    expect(locks.holder('a')).toMatchObject({ pid: process.pid, purpose: 'serving', since: expect.stringMatching(/^\d{4}-/) });
    lock?.release();
    expect(locks.holder('a')).toBeUndefined();
  });

  it.each(['{', '[]', '{"pid":"1"}', JSON.stringify({ pid: 1, since: '', command: 'x'.repeat(10_000), purpose: '' })])(
    'believe no torn or hostile note: %.20s',
    (note) => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'a.by'), note);
      expect(locksIn(directory).holder('a')).toBeUndefined();
    },
  );

  it('clear away what a dead holder left', () => {
    const directory = temporaryDirectory();
    for (const left of ['a', 'a.by']) writeFileSync(join(directory, left), '');
    expect(locksIn(directory).isHeld('a')).toBe(false);
    expect(existsSync(join(directory, 'a.by'))).toBe(false);
  });

  it('can be taken by whoever may write the directory, and let go of when it has gone', () => {
    const directory = join(temporaryDirectory(), 'shared');
    mkdirSync(directory);
    chmodSync(directory, 0o775);
    const lock = locksIn(join(directory, 'locks')).take('a', 'test');
    const modes = ['locks', 'locks/.guard', 'locks/a'].map((name) => (statSync(join(directory, name)).mode & 0o777).toString(8));
    expect(modes).toEqual(['775', '664', '664']);
    rmSync(directory, { recursive: true });
    lock?.release();
  });

  it('are not taken for held, nor for free, by whoever may not write their files', () => {
    const directory = temporaryDirectory();
    locksIn(directory).take('a', 'test')?.release();
    writeFileSync(join(directory, 'a'), '', { mode: 0o444 });
    chmodSync(directory, 0o777);
    chmodSync(join(directory, '.guard'), 0o666);
    const asking = `import { locksIn } from '${new URL('./locks-in.ts', import.meta.url)}';
      const locks = locksIn('${directory}');
      for (const ask of [() => locks.take('a', 'test'), () => locks.isHeld('a')]) try { console.log(ask()); } catch (error) { console.log(error.code); }`;
    // Root may write all files.
    const nobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const said = execFileSync(process.execPath, ['--conditions=@ilab/source', '--input-type=module', '-e', asking], { encoding: 'utf8', ...nobody });
    expect(said.trim().split('\n')).toEqual(['EACCES', 'EACCES']);
  });

  it('say what stands in the way of their files', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(() => locksIn(join(file, 'locks')).take('a', 'test')).toThrow('ENOTDIR');
  });

  it('make nothing on disk to be looked at', () => {
    const directory = join(temporaryDirectory(), 'locks');
    expect(locksIn(directory).isHeld('a')).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });
});
