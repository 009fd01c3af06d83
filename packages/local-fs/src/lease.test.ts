import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endingOf, soonAborted } from '@ilab/testkit';
import { isAbort } from '@ilab/core';
import { describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../test/temporary-store.ts';
import { closeLeases, isLeased, leaseHolders, takeLease } from './lease.ts';
import * as locks from './locks/locks-in.ts';
import * as trust from './locks/locks-are-trusted.ts';
import { newOwner } from './process-identity.ts';

describe('a lease', () => {
  it('is on its prefix only, and several may be', async () => {
    const directory = temporaryDirectory();
    const [first, second] = [await takeLease(directory, 'a', { purpose: 'chat' }), await takeLease(directory, 'a', { purpose: 'serving' })];
    expect(
      leaseHolders(directory, 'a')
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['chat', 'serving']);
    await first.end();
    await first.end();
    expect([isLeased(directory, 'a'), isLeased(directory, 'b')]).toEqual([true, false]);
    await second.end();
    expect(isLeased(directory, 'a')).toBe(false);
    expect(readdirSync(directory)).toEqual(['.guard']);
  });

  it('is void when nobody locks it, whatever its name says, and is cleared away', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, `a.${newOwner()}`), '');
    expect(isLeased(directory, 'a')).toBe(false);
    expect(readdirSync(directory)).toEqual(['.guard']);
  });

  it('waits for a removal, or for its signal', async () => {
    const directory = temporaryDirectory();
    const removal = closeLeases(directory, 'a');
    expect(closeLeases(directory, 'a')).toBeUndefined();
    expect(await endingOf(takeLease(directory, 'a', { signal: soonAborted() }))).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
    const waiting = endingOf(takeLease(directory, 'a'), 5000);
    expect(isLeased(directory, 'a')).toBe(false);
    removal?.release();
    expect(await waiting).toMatchObject({ how: 'returned' });
    expect(isLeased(directory, 'a')).toBe(true);
  });

  it('is not needed where the file system has no locks: nobody gets to remove', async () => {
    const take = (): never => {
      throw Object.assign(new Error('disk I/O error'), { errcode: 3850 });
    };
    const spy = vi.spyOn(locks, 'locksIn').mockReturnValue({ kernel: true, take, isHeld: () => true, holder: () => undefined });
    const lease = await takeLease(temporaryDirectory(), 'a');
    await lease.end();
    expect(() => closeLeases(temporaryDirectory(), 'a')).toThrow('I/O');
    spy.mockRestore();
  });

  it('is taken for granted where locks can’t be trusted', () => {
    const spy = vi.spyOn(trust, 'locksAreTrusted');
    spy.mockReturnValue(false);
    expect(isLeased(temporaryDirectory(), 'a')).toBe(true);
    spy.mockRestore();
  });
});
