import { describe, expect, it } from 'vitest';
import { isElsewhere, isOwner, isRunning, newOwner, ownerOfNone } from './process-identity.ts';

/** This process’s name as a holder, with some parts of it replaced. */
function owner(parts: { readonly machine?: string; readonly boot?: string; readonly pid?: number; readonly start?: string }): string {
  const [machine, boot, pid, start, nonce] = newOwner().split('-');
  return [parts.machine ?? machine, parts.boot ?? boot, parts.pid ?? pid, parts.start ?? start, nonce].join('-');
}

describe('a holder', () => {
  it('has a new name each time', () => {
    expect(newOwner()).not.toBe(newOwner());
    expect(isOwner(newOwner())).toBe(true);
  });

  it.each(['', 'x', '0a1b2c3d-0a1b2c3d-1-1-0a1b2c3d.journal', '0a1b2c3d-0a1b2c3d-1-1-0a1b2c3d.d', '../../x'])('is not read out of “%s”', (text) => {
    expect(isOwner(text)).toBe(false);
    expect(isRunning(text)).toBe(false);
  });

  it('runs while its process does', () => {
    expect(isRunning(newOwner())).toBe(true);
  });

  it('is nobody when it was given up', () => {
    expect(isOwner(ownerOfNone())).toBe(true);
    expect(isRunning(ownerOfNone())).toBe(false);
    expect(ownerOfNone()).not.toBe(ownerOfNone());
  });

  it('is dead when there is no such process', () => {
    expect(isRunning(owner({ pid: 4_194_305 }))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is dead when its number went to another process', () => {
    expect(isRunning(owner({ pid: process.ppid, start: '1' }))).toBe(false);
  });

  it('is dead when the machine was started again', () => {
    expect(isRunning(owner({ boot: '00000000' }))).toBe(false);
  });

  it('counts as running on another machine, which can’t be asked', () => {
    const foreign = owner({ machine: '00000000', boot: '00000000', pid: 4_194_305 });
    expect([isRunning(foreign), isElsewhere(foreign), isElsewhere(newOwner())]).toEqual([true, true, false]);
  });
});
