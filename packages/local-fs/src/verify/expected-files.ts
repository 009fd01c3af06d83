import { join } from 'node:path';
import type { MetadataFile, StoredSnapshot } from '@ilab/core';
import { MEMBERS } from '../layout.ts';
import { createPlaces } from '../snapshot-places.ts';
import { parseMembers } from '../parse-metadata.ts';
import { readJson } from '../read-json.ts';
import { readSums } from '../read-snapshot.ts';

/** A file of a revision, and what is recorded of its bytes. */
export interface ExpectedFile {
  readonly path: string;
  /** Where it stands, or should. */
  readonly place: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256?: string;
  /** Hex: the Git blob id, all that a Hub tells of small files. */
  readonly gitSha1?: string;
  /** Whether it was put in place once. */
  readonly arrived: boolean;
}

/** Every file of a snapshot's revision, those that came out of its archives among them. */
export function expectedFiles({ path, metadata }: StoredSnapshot): readonly ExpectedFile[] {
  const sums = readSums(path);
  const placeOf = createPlaces(path);
  return [...metadata.files, ...members(path)].map((file) => {
    const sha256 = file.sha256 ?? sums.get(file.path);
    return {
      path: file.path,
      place: placeOf(file.path),
      size: file.size,
      ...(sha256 !== undefined && { sha256 }),
      ...(file.gitSha1 !== undefined && { gitSha1: file.gitSha1 }),
      arrived: sums.has(file.path),
    };
  });
}

/** What is torn was said when the snapshot was listed. */
function members(path: string): readonly Pick<MetadataFile, 'path' | 'size' | 'sha256' | 'gitSha1'>[] {
  try {
    const json = readJson(join(path, MEMBERS));
    return json ? parseMembers(json).files : [];
  } catch {
    return [];
  }
}
