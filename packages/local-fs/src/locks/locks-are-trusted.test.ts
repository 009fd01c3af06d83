import { type StatsFs, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-store.ts';
import { locksAreTrusted, untrustedFileSystem } from './locks-are-trusted.ts';
import { refuseUnlessLocksWork } from '../refuse-unless-locks-work.ts';
import { locksIn } from './locks-in.ts';

vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) };
});
afterEach(() => void vi.mocked(statfsSync).mockReset());

/** Lets every file system say that it is of this type. */
function sayType(type: number): void {
  vi.mocked(statfsSync).mockReturnValue({ type } as StatsFs);
}

describe.runIf(process.platform === 'linux')('locks', () => {
  it.each([
    ['NFS', 0x6969],
    ['SMB', 0xfe534d42],
    // As a signed number has it, too.
    ['CIFS', 0xff534d42 | 0],
    ['Lustre', 0x0bd00bd0],
    ['GPFS', 0x47504653],
    ['9p', 0x01021997],
    ['FUSE', 0x65735546],
  ])('of %s are not trusted, and not used', (name, type) => {
    sayType(type);
    const directory = temporaryDirectory();
    expect([locksAreTrusted(directory), untrustedFileSystem(directory), locksIn(directory).kernel]).toEqual([false, name, false]);
  });

  it.each([
    ['ext4', 0xef53],
    ['xfs', 0x58465342],
    ['btrfs', 0x9123683e],
    ['tmpfs', 0x01021994],
    ['overlayfs', 0x794c7630],
  ])('of %s are', (_name, type) => {
    sayType(type);
    const directory = temporaryDirectory();
    expect([locksAreTrusted(directory), locksIn(directory).kernel]).toEqual([true, true]);
  });

  it('decide whether something is removed, also where only its host lies elsewhere', () => {
    const [leases, path] = [temporaryDirectory(), temporaryDirectory()];
    expect(() => refuseUnlessLocksWork(leases, path)).not.toThrow();
    vi.mocked(statfsSync).mockImplementation((asked) => ({ type: asked === path ? 0x6969 : 0xef53 }) as StatsFs);
    expect(() => refuseUnlessLocksWork(leases, path)).toThrow(expect.objectContaining({ code: 'E_STORE', message: expect.stringContaining('NFS') }));
  });

  it('are judged by the nearest directory that is there', () => {
    sayType(0x6969);
    const directory = temporaryDirectory();
    expect(locksAreTrusted(join(directory, 'not/yet'))).toBe(false);
    expect(vi.mocked(statfsSync)).toHaveBeenLastCalledWith(directory);
  });
});
