import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { ABORTED, type FollowerData } from './follower-data.ts';

/** Reads a growing file behind its writer, from the page cache, and hashes it once and in order. */
function follow({ path, size, algorithms, gitBlob, frontier }: FollowerData): Record<string, string> | undefined {
  const hashes = algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const git = gitBlob ? createHash('sha1').update(`blob ${size}\0`) : undefined;
  const block = Buffer.allocUnsafe(1024 * 1024);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < size; ) {
      const written = Number(Atomics.load(frontier, 0));
      if (written === ABORTED) return undefined;
      if (written <= at) {
        Atomics.wait(frontier, 0, BigInt(written));
        continue;
      }
      const read = readSync(file, block, 0, Math.min(block.length, written - at), at);
      if (read === 0) return undefined;
      const bytes = block.subarray(0, read);
      for (const { hash } of hashes) hash.update(bytes);
      git?.update(bytes);
      at += read;
    }
  } finally {
    closeSync(file);
  }
  return Object.fromEntries([...hashes.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')]), ...(git ? [['git-sha1', git.digest('hex')]] : [])]);
}

parentPort?.postMessage(follow(workerData as FollowerData));
