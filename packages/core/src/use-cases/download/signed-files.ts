import { digestParts } from '../../model/digest.ts';
import { type Attachment, SIGNATURE_FILE } from '../../model/signature.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { SnapshotWriter, VerifiedFile } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { SignedFile } from '../../ports/signature-verifier.ts';
import { signatureFile } from '../signatures/find-candidates.ts';
import type { DownloadDeps } from './deps.ts';

type Placed = { readonly writer: SnapshotWriter };

/** The model's own signature file, among its files. */
export function signatureIn<T extends { readonly path: string }>(files: readonly T[]): T | undefined {
  return files.find(({ path }) => path === SIGNATURE_FILE);
}

/** Whether a signature can't be held against a file before its bytes are here. */
export function missingDigests({ blob }: RemoteFile): boolean {
  return digestParts(blob.digest).algorithm !== 'sha256';
}

/** Reads the signature file where it was placed. */
export function placedSignature(
  { outbox }: Pick<DownloadDeps, 'outbox'>,
  { writer, size }: Placed & { readonly size: number },
  options: CallOptions,
): Promise<Attachment> {
  return signatureFile(outbox, { at: writer.placeOf(SIGNATURE_FILE), size }, options);
}

export function asSigned({ path, sha256 }: VerifiedFile): SignedFile {
  return { path, sha256 };
}

/** A revision's files, those that are or will be here with their digests: the registry's, or those of the bytes that came. */
export async function placedFiles(
  { outbox }: Pick<DownloadDeps, 'outbox'>,
  { writer, snapshot, here }: Placed & { readonly snapshot: RemoteSnapshot; readonly here: ReadonlySet<string> },
  options: CallOptions,
): Promise<readonly SignedFile[]> {
  const files: SignedFile[] = [];
  for (const file of snapshot.files) {
    const { path, blob } = file;
    if (!here.has(path)) files.push({ path });
    else if (!missingDigests(file)) files.push({ path, sha256: digestParts(blob.digest).hex });
    else files.push(asSigned(await outbox.prepare({ path, size: blob.size, at: writer.placeOf(path) }, options)));
  }
  return files;
}
