import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinary, slowly } from './faults.ts';
import { openScene, SIZES } from './scene.ts';

const MIB = 1024 * 1024;

describe.skipIf(!existsSync('/dev/full'))('a disk that takes nothing more (/dev/full)', () => {
  it.each(SIZES)('ends %s with E_NO_SPACE, at once', async (_name, size) => {
    await using scene = await openScene({ size });
    symlinkSync('/dev/full', scene.target);
    await expect(scene.fetch()).rejects.toMatchObject({
      code: 'E_NO_SPACE',
      side: 'target',
      retryable: false,
      message: expect.stringContaining(scene.target),
      hint: expect.stringContaining('Free some space'),
    });
    // The network is not tried again for what the disk can't take.
    expect(scene.server.requests).toHaveLength(1);
  });
});

describe('a place where nothing can be written', () => {
  it.each<readonly [string, (target: string) => void]>([
    ['a folder', (target) => mkdirSync(target)],
    ['a link to nowhere', (target) => symlinkSync('/nowhere/at/all', target)],
  ])('(%s) ends it with E_STORE, without a request', async (_what, spoil) => {
    await using scene = await openScene();
    spoil(scene.target);
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_STORE', side: 'target', message: expect.stringContaining(scene.target) });
    expect(scene.server.requests).toEqual([]);
  });

  it('(a folder that is not there) ends it with E_STORE', async () => {
    await using scene = await openScene();
    await expect(scene.fetch({ target: join(scene.directory, 'not', 'there') })).rejects.toMatchObject({ code: 'E_STORE' });
  });

  it.skipIf(!existsSync('/dev/full'))('(no room for the journal alone) does not stop the blob', async () => {
    await using scene = await openScene();
    symlinkSync('/dev/full', `${scene.target}.journal.tmp`);
    // Slow enough for the journal to be written on the way.
    scene.server.always(slowly(2 * MIB));
    expect(await scene.fetch()).toMatchObject({ sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });
});

/** Only root may mount; `unshare` would need a process of its own. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

describe.skipIf(!mayMount)('a small disk (a tmpfs; needs root)', () => {
  let small: string;
  beforeAll(() => {
    small = mkdtempSync(join(tmpdir(), 'ilab-small-disk-'));
  });
  afterAll(() => rmSync(small, { recursive: true, force: true }));

  it.each(SIZES)('keeps what it could take of %s, and goes on once there is room', async (_name, size) => {
    await using scene = await openScene({ size });
    const target = join(small, 'blob');
    mount(small, Math.floor(size / 2));
    try {
      // Slow enough for a journal to be written before the disk is full.
      scene.server.always(slowly(size));
      await expect(scene.fetch({ target, options: { connections: 1 } })).rejects.toMatchObject({ code: 'E_NO_SPACE' });
      const kept = statSync(target).size;
      expect(kept).toBeGreaterThan(0);
      execFileSync('mount', ['-o', `remount,size=${size * 2}`, small]);
      scene.server.always(ordinary());
      const { fetched, sha256 } = await scene.fetch({ target });
      expect(sha256).toBe(scene.sha256);
      expect(fetched).toBeLessThan(size);
      expect(readFileSync(target).equals(scene.content)).toBe(true);
    } finally {
      execFileSync('umount', [small]);
    }
  });

  it('that may only be read ends it with E_STORE', async () => {
    await using scene = await openScene();
    mount(small, MIB);
    try {
      writeFileSync(join(small, 'blob'), 'x');
      execFileSync('mount', ['-o', 'remount,ro', small]);
      await expect(scene.fetch({ target: join(small, 'blob') })).rejects.toMatchObject({ code: 'E_STORE', message: expect.stringContaining('EROFS') });
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

function mount(directory: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'ilab-test', directory], { stdio: 'ignore' });
}

/** A container's root often may not. */
function tryMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-mount-'));
  try {
    mount(directory, MIB);
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
