import type { CallOptions, FileFinding, StoredSnapshot, VerifyRequest, VerifyTarget } from '@ilab/core';
import { type ExpectedFile, expectedFiles } from './expected-files.ts';
import { extraFiles } from './extra-files.ts';
import type { HashOutcome, HashTask } from './hash-file.ts';
import { hashFiles } from './hash-files.ts';
import { lookAtFile, unreadable } from './look-at-file.ts';

/** A file whose bytes are to be read, under all names that it has among what is verified. */
interface Reading extends HashTask {
  readonly names: Named[];
}

interface Named {
  readonly snapshot: StoredSnapshot;
  readonly file: ExpectedFile;
  readonly writable: boolean;
}

/** See {@link Verifier.verify}: first what a look tells, then what the bytes tell. */
export async function* verifySnapshots({ targets, depth, progress }: VerifyRequest, options: CallOptions): AsyncGenerator<FileFinding> {
  const readings = new Map<string, Reading>();
  for (const target of targets) {
    options.signal?.throwIfAborted();
    for (const found of lookAtSnapshot(target)) {
      if ('state' in found) yield found;
      else if (depth === 'quick' || !isRecorded(found.file)) yield fine(found);
      else addReading(readings, found);
    }
  }
  const begin = ({ names, size }: Reading) => progress.begin({ label: names[0]?.file.path ?? '', size });
  for await (const { task, outcome } of hashFiles([...readings.values()], begin, options)) {
    for (const named of task.names) yield judge(named, { task, outcome });
  }
}

function* lookAtSnapshot({ snapshot, only }: VerifyTarget): Generator<FileFinding | (Named & { readonly inode: string })> {
  const expected = expectedFiles(snapshot);
  for (const file of expected) {
    if (only && !only.has(file.path)) continue;
    const { path, size, sha256, arrived } = file;
    const known = { snapshot, path, size, ...(sha256 !== undefined && { sha256 }) };
    const look = lookAtFile(file);
    if (look.kind === 'fits') yield { snapshot, file, inode: look.inode, writable: look.writable };
    else if (look.kind === 'missing') yield { ...known, state: 'missing', arrived };
    else yield { ...known, state: 'bad', expected: look.expected, actual: look.actual };
  }
  if (only) return;
  for (const path of extraFiles(snapshot.path, new Set(expected.map(({ place }) => place)))) yield { snapshot, path, state: 'extra' };
}

function isRecorded({ sha256, gitSha1 }: ExpectedFile): boolean {
  return (sha256 ?? gitSha1) !== undefined;
}

/** Names of one file on disk are one reading. */
function addReading(readings: Map<string, Reading>, { inode, ...named }: Named & { readonly inode: string }): void {
  const { place, size, sha256 } = named.file;
  const algorithm = sha256 === undefined ? 'git-sha1' : 'sha256';
  const key = `${inode} ${algorithm}`;
  const known = readings.get(key);
  if (known) known.names.push(named);
  else readings.set(key, { path: place, size, algorithm, names: [named] });
}

function fine({ snapshot, file, writable }: Named): FileFinding {
  return { snapshot, path: file.path, state: 'ok', size: file.size, writable };
}

function judge(named: Named, { task, outcome }: { readonly task: Reading; readonly outcome: HashOutcome }): FileFinding {
  const { snapshot, file } = named;
  const { path, size, sha256, gitSha1, arrived } = file;
  const known = { snapshot, path, size, ...(sha256 !== undefined && { sha256 }) };
  const expected = task.algorithm === 'sha256' ? sha256 : gitSha1;
  if ('hex' in outcome) {
    if (outcome.hex === expected) return fine(named);
    return { ...known, state: 'bad', expected: `${task.algorithm}:${expected}`, actual: `${task.algorithm}:${outcome.hex}` };
  }
  if (outcome.problem === 'ENOENT') return { ...known, state: 'missing', arrived };
  return { ...known, state: 'bad', expected: `${task.algorithm}:${expected}`, actual: unreadable(outcome.problem) };
}
