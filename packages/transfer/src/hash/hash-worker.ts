import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { DigestAlgorithm } from '@ilab/core';
import { ABORTED, type HashAnswer, type Hashes, type HashJob, type HashThreadData } from './hash-job.ts';

// Reads growing files behind their writers, from the page cache, and hashes each once and in order: a block of one, then of the next.

interface Followed {
  readonly job: HashJob;
  readonly file: number;
  readonly hashes: ReadonlyMap<DigestAlgorithm, Hash>;
  at: number;
}

const { bell } = workerData as HashThreadData;
const block = Buffer.allocUnsafe(1024 * 1024);
const followed = new Set<Followed>();

parentPort?.on('message', (job: HashJob) => {
  begin(job);
  while (followed.size > 0) {
    const rung = Atomics.load(bell, 0);
    takeNewJobs();
    let isBusy = false;
    for (const each of followed) isBusy = advance(each) || isBusy;
    if (!isBusy && followed.size > 0) Atomics.wait(bell, 0, rung);
  }
});

function takeNewJobs(): void {
  if (!parentPort) return;
  for (let next = receiveMessageOnPort(parentPort); next; next = receiveMessageOnPort(parentPort)) begin(next.message as HashJob);
}

function begin(job: HashJob): void {
  try {
    followed.add({ job, file: openSync(job.path, 'r'), hashes: hashesFor(job), at: 0 });
  } catch (error) {
    parentPort?.postMessage({ id: job.id, error: asData(error) } satisfies HashAnswer);
  }
}

function hashesFor({ algorithm, size }: HashJob): ReadonlyMap<DigestAlgorithm, Hash> {
  const hashes = new Map<DigestAlgorithm, Hash>([['sha256', createHash('sha256')]]);
  if (algorithm === 'git-sha1') hashes.set(algorithm, createHash('sha1').update(`blob ${size}\0`));
  if (algorithm === 'sha512') hashes.set(algorithm, createHash('sha512'));
  return hashes;
}

/** @returns whether there was something to hash */
function advance(each: Followed): boolean {
  const { job, file, hashes } = each;
  const written = Atomics.load(job.frontier, 0);
  if (written === ABORTED) {
    end(each, {});
    return true;
  }
  if (Number(written) <= each.at && each.at < job.size) return false;
  try {
    const read = readSync(file, block, 0, Math.min(block.length, Number(written) - each.at), each.at);
    if (read === 0 && each.at < job.size) throw new Error(`${job.path} became shorter while it was hashed`);
    for (const hash of hashes.values()) hash.update(block.subarray(0, read));
    each.at += read;
    if (each.at === job.size) end(each, { hashes: digestsOf(hashes) });
  } catch (error) {
    end(each, { error: asData(error) });
  }
  return true;
}

function digestsOf(hashes: Followed['hashes']): Hashes {
  return Object.fromEntries([...hashes].map(([algorithm, hash]) => [algorithm, hash.digest('hex')])) as unknown as Hashes;
}

function asData(error: unknown): NonNullable<HashAnswer['error']> {
  return error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
}

function end(each: Followed, answer: Omit<HashAnswer, 'id'>): void {
  closeSync(each.file);
  followed.delete(each);
  parentPort?.postMessage({ id: each.job.id, ...answer } satisfies HashAnswer);
}
