import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExpectedFile, SnapshotWriter, StagedBlob, VerifiedFile } from '@ilab/core';
import { adoptDonation } from '../adopt-donation.ts';
import { renameDurably } from '../durable.ts';
import { isMissing, storeError } from '../fs-errors.ts';
import { locksIn } from '../locks/locks-in.ts';
import { isRunning, newOwner } from '../process-identity.ts';
import type { SharingIndex } from '../sharing-index.ts';
import { stageBlob } from '../staging.ts';
import { standingAt } from '../standing.ts';
import { copyVerified } from './copy-verified.ts';
import { makeFolder, placeInside, stagingOf } from './inside.ts';
import { inTheWay } from './plain-directory.ts';
import { hasBytes } from './same-bytes.ts';

/** Below the staging directory: they keep several downloads into one destination from fetching the same bytes. */
const LOCKS = 'locks';

export interface PlainWriterDeps {
  readonly files: readonly ExpectedFile[];
  /** Paths of those that were there already, right. */
  readonly kept: ReadonlySet<string>;
  readonly force: boolean;
  readonly index: SharingIndex;
}

/** Puts verified files into a directory of the user's, for the user to own: writable, and never by hard link. */
export function createPlainWriter(root: string, { files, kept, force, index }: PlainWriterDeps): SnapshotWriter {
  const staging = stagingOf(root);
  const placed = new Set(kept);
  const brought = new Set<string>();
  const staged = new Set<string>();

  const place = async ({ path, size, sha256 }: VerifiedFile, from: string): Promise<void> => {
    const target = placeInside(root, path);
    try {
      await makeFolder(root, dirname(target));
      const standing = standingAt(target);
      if (standing && !force) {
        if (!(await hasBytes(target, { size, digest: `sha256:${sha256}` }, {}))) throw inTheWay(target, standing.isDirectory());
        await unlink(from);
      } else {
        if (standing?.isDirectory()) throw inTheWay(target, true);
        await chmod(from, statSync(staging).mode & 0o666);
        await renameDurably(from, target);
        brought.add(target);
      }
      placed.add(path);
      staged.delete(from);
    } catch (error) {
      throw storeError(error, target);
    }
  };

  return {
    path: root,

    placeOf: (path) => placeInside(root, path),

    has: ({ path }) => Promise.resolve(placed.has(path)),

    async reuse(file) {
      const target = placeInside(root, file.path);
      if (!force && (await hasBytes(target, { size: file.size, digest: `sha256:${file.sha256}` }, {}))) {
        placed.add(file.path);
        return true;
      }
      const found = index.find(file.sha256, file.size);
      if (found === undefined) return false;
      try {
        await makeFolder(root, staging);
        const copy = await copyVerified(found, { staging, file });
        if (copy === undefined) return false;
        await place(file, copy);
        return true;
      } catch (error) {
        if (isMissing(error)) return false; // It went away meanwhile.
        throw storeError(error, target);
      }
    },

    async adopt(file, donation, { signal, task }) {
      const target = placeInside(root, file.path);
      const copy = join(staging, `donated-${file.sha256}.${newOwner()}`);
      try {
        await makeFolder(root, staging);
        const outcome = await adoptDonation(file, { ...donation, mayLink: false }, { to: copy, staging, signal, task });
        if (outcome === 'adopted') await place(file, copy);
        return outcome;
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, target);
      }
    },

    async stage({ digest }, options): Promise<StagedBlob> {
      await makeFolder(root, staging);
      const blob = await stageBlob({ directory: staging, locks: locksIn(join(staging, LOCKS)) }, digest, options);
      staged.add(blob.path);
      return {
        ...blob,
        async discard() {
          await blob.discard();
          staged.delete(blob.path);
        },
      };
    },

    place,

    async withdraw() {
      for (const target of brought) {
        try {
          await unlink(target);
          await removeEmpty(root, dirname(target));
        } catch (error) {
          if (!isMissing(error)) throw storeError(error, target);
        }
      }
      placed.clear();
    },

    async close() {
      const isWhole = files.every(({ path }) => placed.has(path)) && ![...staged].some(existsSync);
      if (isWhole) await sweep(staging);
      await removeUnlessNeeded(staging);
    },
  };
}

/** Folders that the files were in, and nothing else; never the destination itself. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  if (folder === root) return;
  const isGone = await rmdir(folder).then(
    () => true,
    () => false,
  );
  if (isGone) await removeEmpty(root, dirname(folder));
}

/** Takes away what interrupted downloads left, once nobody needs it any more. */
async function sweep(staging: string): Promise<void> {
  for (const entry of entriesOf(staging)) {
    const owner = entry.slice(entry.indexOf('.') + 1).replace(/\.(?:journal(?:\.tmp)?|d)$/, '');
    if (entry !== LOCKS && !isRunning(owner)) await rm(join(staging, entry), { recursive: true, force: true });
  }
}

/** What others still need stays, and so does what the next try goes on from. */
async function removeUnlessNeeded(staging: string): Promise<void> {
  if (entriesOf(staging).every((entry) => entry === LOCKS)) await rm(join(staging, LOCKS), { recursive: true, force: true });
  await rmdir(staging).catch(() => undefined);
}

function entriesOf(staging: string): readonly string[] {
  return standingAt(staging)?.isDirectory() ? readdirSync(staging) : [];
}
