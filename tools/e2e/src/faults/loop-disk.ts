import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../programs.ts';
import { mustRun } from '../run.ts';
import { giveAway } from './machine.ts';

export type FileSystem = 'ext4' | 'xfs' | 'btrfs';

/** A file system in a file, mounted. What was not written to the file when it is copied is what a power cut loses. */
export interface LoopDisk {
  /** A directory for a store, on it. */
  readonly directory: string;
  /** The disk as it would be found after a power cut now, mounted beside. @returns where the store's directory is there */
  cut(): Promise<string>;
  remove(): Promise<void>;
}

/** The smallest that all of them take. */
const SIZE = '512M';
const OPTIONS = { env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } };

export async function createLoopDisk(kind: FileSystem): Promise<LoopDisk> {
  const root = await mkdtemp(join(tmpdir(), `ilab-${kind}-`));
  const [image, copy, mounted, found] = ['image', 'copy', 'mounted', 'found'].map((name) => join(root, name)) as [string, string, string, string];
  await giveAway(root);
  const mounts: string[] = [];
  const mount = async (file: string, at: string): Promise<void> => {
    await mkdir(at);
    // Two copies of one xfs have one name.
    await mustRun('mount', ['-o', kind === 'xfs' ? 'loop,nouuid' : 'loop', file, at], OPTIONS);
    mounts.unshift(at);
  };
  const unmount = async (at: string): Promise<void> => {
    await mustRun('umount', [at], OPTIONS);
    mounts.splice(mounts.indexOf(at), 1);
  };
  const remove = async (): Promise<void> => {
    for (const at of [...mounts]) await unmount(at);
    await rm(root, { recursive: true, force: true });
  };
  try {
    await mustRun('truncate', ['-s', SIZE, image], OPTIONS);
    await mustRun(`mkfs.${kind}`, ['-q', image], OPTIONS);
    await mount(image, mounted);
    await mkdir(join(mounted, 'models'));
    await giveAway(join(mounted, 'models'));
    await mustRun('sync', ['-f', mounted], OPTIONS);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    directory: join(mounted, 'models'),
    async cut() {
      await mustRun('cp', ['--sparse=always', image, copy], OPTIONS);
      // Two disks of one btrfs can't be mounted at a time.
      await unmount(mounted);
      await mount(copy, found);
      return join(found, 'models');
    },
    remove,
  };
}

/** Why no file system in memory can be mounted here; it is tried. */
export async function withoutTmpfs(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const directory = await mkdtemp(join(tmpdir(), 'ilab-tmpfs-'));
  try {
    await mustRun('mount', ['-t', 'tmpfs', 'tmpfs', directory], OPTIONS);
    await mustRun('umount', [directory], OPTIONS);
    return undefined;
  } catch {
    return 'no mounts here';
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Why no such disk can be had here; it is tried. */
export async function withoutLoopDisk(kind: FileSystem): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!findProgram(`mkfs.${kind}`)) return `mkfs.${kind} not installed: see tools/install-test-tools.sh --full`;
  try {
    await (await createLoopDisk(kind)).remove();
    return undefined;
  } catch {
    return 'no loop mounts here';
  }
}
