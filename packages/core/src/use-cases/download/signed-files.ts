import { digestParts } from '../../model/digest.ts';
import { type Attachment, SIGNATURE_FILE } from '../../model/signature.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { SnapshotWriter, VerifiedFile } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { StandingSnapshot } from '../../ports/download-target.ts';
import type { SignedFile } from '../../ports/signature-verifier.ts';
import { signatureFile } from '../signatures/find-candidates.ts';
import type { DownloadDeps } from './deps.ts';

type Placed = { readonly writer: SnapshotWriter };

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

/**
 * A revision's files, those that will be here with the registry's digests, which their bytes are held against, and those that stand here
 * already (`kept`) with those of their bytes: a commit proves nothing, and its registry may say something else today than when they came.
 */
export async function placedFiles(
  { outbox }: Pick<DownloadDeps, 'outbox'>,
  {
    writer,
    snapshot,
    here,
    kept,
  }: Placed & { readonly snapshot: RemoteSnapshot; readonly here: ReadonlySet<string>; readonly kept: StandingSnapshot['files'] },
  options: CallOptions,
): Promise<readonly SignedFile[]> {
  // What a manifest names is the same for ever.
  const stood = new Map((snapshot.manifest ? [] : kept).map(({ path, sha256 }) => [path, sha256]));
  const files: SignedFile[] = [];
  for (const file of snapshot.files) {
    const { path, blob } = file;
    const recorded = stood.get(path);
    if (!here.has(path)) files.push({ path });
    else if (!stood.has(path) && !missingDigests(file)) files.push({ path, sha256: digestParts(blob.digest).hex });
    else if (recorded !== undefined) files.push({ path, sha256: recorded });
    else files.push(asSigned(await outbox.prepare({ path, size: blob.size, at: writer.placeOf(path) }, options)));
  }
  return files;
}
