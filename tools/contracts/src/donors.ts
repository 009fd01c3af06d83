import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Donor } from '@ilab/core';
import type { DonorUnderTest } from '@ilab/testkit';
import { onTestFinished } from 'vitest';
import type { BrokenAdapter } from './broken-adapter.ts';

type Find = (directory: string) => Donor['find'];

const HASH = /^[0-9a-f]{64}$/;

/** A tool that keeps each file under the hash of its bytes. */
export const soundDonor: () => DonorUnderTest = donor(soundFind);

export const BROKEN_DONORS: readonly BrokenAdapter<() => DonorUnderTest>[] = [
  broken(
    'finds a file by its name alone',
    'nothing of another size or hash',
    (directory) =>
      async ({ sha256 }) =>
        found(join(directory, sha256)),
  ),
  broken('finds a file by its size alone', 'nothing of another size or hash', (directory) => async ({ size }) => {
    const name = readdirSync(directory).find((one) => statSync(join(directory, one)).size === size);
    return name === undefined ? undefined : { path: join(directory, name), tool: 'Shelf', mayLink: true };
  }),
  broken(
    'takes any text for a hash',
    'takes “” for no hash',
    (directory) =>
      async ({ sha256, size }) =>
        found(join(directory, sha256), size) ?? found(join(directory, readdirSync(directory)[0] ?? 'x'), size),
  ),
  broken(
    'follows links',
    'a link outside',
    (directory) =>
      async ({ sha256, size }) =>
        HASH.test(sha256) ? found(join(directory, sha256), size) : undefined,
  ),
  broken('fails where nothing is', 'finds nothing where nothing is', (directory) => async ({ sha256, size }) => {
    if (!HASH.test(sha256)) return undefined;
    return lstatSync(join(directory, sha256)).isFile() && statSync(join(directory, sha256)).size === size
      ? { path: join(directory, sha256), tool: 'Shelf', mayLink: true }
      : undefined;
  }),
  broken('says nobody’s name', 'says whose it is', (directory) => async (file, options) => {
    const donation = await soundFind(directory)(file, options);
    return donation && { ...donation, tool: '' };
  }),
  broken('touches what it finds', 'leaves everything as it is', (directory) => async (file, options) => {
    const donation = await soundFind(directory)(file, options);
    if (donation) utimesSync(donation.path, 0, 0);
    return donation;
  }),
];

function soundFind(directory: string): Donor['find'] {
  return async ({ sha256, size }) => {
    const path = join(directory, sha256);
    if (!HASH.test(sha256) || !existsSync(path) || !lstatSync(path).isFile() || readFileSync(path).length !== size) return undefined;
    return { path: realpathSync(path), tool: 'Shelf', mayLink: true };
  };
}

function found(path: string, size?: number) {
  if (!existsSync(path) || (size !== undefined && statSync(path).size !== size)) return undefined;
  return { path, tool: 'Shelf', mayLink: true };
}

function broken(what: string, caughtBy: string, find: Find): BrokenAdapter<() => DonorUnderTest> {
  return { what, caughtBy, make: donor(find) };
}

function donor(find: Find): () => DonorUnderTest {
  return () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-donor-')));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const put = (content: string): string => {
      const path = join(directory, createHash('sha256').update(content).digest('hex'));
      writeFileSync(path, content);
      return path;
    };
    return { donor: { find: find(directory) }, directory, put };
  };
}
