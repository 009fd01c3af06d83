import { type Attachment, SIGNATURE_FILE } from '../../model/signature.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Registry } from '../../ports/registry.ts';
import type { SignatureVerdict } from '../../ports/signature-verifier.ts';
import type { UploadFile } from '../../ports/upload.ts';

/** What a signature file is taken for: it says itself what it is. */
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** Cosign's older way: the signed payload, with the signature in an annotation. */
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const MOST = 64;
/** Of all attachments together: they are held in memory. */
const MOST_BYTES = 64 * 1024 * 1024;
/** One line a file: a signature of a hundred thousand files is no larger. */
const LARGEST_SIGNATURE: number = 16 * 1024 * 1024;

/** What a registry keeps about a revision that may be signatures: of Sigstore's media types, and of `others`. */
export async function attachedTo(
  registry: Registry,
  { snapshot, others = [] }: { readonly snapshot: RemoteSnapshot; readonly others: readonly string[] | undefined },
  options: CallOptions,
): Promise<readonly Attachment[]> {
  const found: Attachment[] = [];
  let bytes = 0;
  if (!registry.attachments) return found;
  for await (const attachment of registry.attachments(snapshot, { ...options, mediaTypes: [...new Set([BUNDLE, SIMPLE_SIGNING, ...others])] })) {
    bytes += attachment.content.length;
    if (found.push(attachment) >= MOST || bytes > MOST_BYTES) break;
  }
  return found;
}

/** The model's own signature file, among its files. */
export function signatureIn<T extends { readonly path: string }>(files: readonly T[]): T | undefined {
  return files.find(({ path }) => path === SIGNATURE_FILE);
}

/** What a signature file is that is too large to be one, by what its registry says; undefined where it is not. */
export function refuseSize(signature: RemoteFile | undefined): SignatureVerdict | undefined {
  if (!signature || signature.blob.size <= LARGEST_SIGNATURE) return undefined;
  return { state: 'rejected', code: 'E_INTEGRITY', reason: `${signature.path} has ${signature.blob.size} bytes, and is no signature.` };
}

/** The signature that lies in the model itself; of what is too large to be one, nothing is read. */
export async function signatureFile(
  outbox: Pick<Outbox, 'prepare'>,
  { at, size }: { readonly at: string; readonly size: number },
  options: CallOptions,
): Promise<Attachment> {
  return readSignature(await outbox.prepare({ path: SIGNATURE_FILE, size, at }, options));
}

/** The same, wherever it is read from. */
export async function readSignature(file: UploadFile): Promise<Attachment> {
  const content = new Uint8Array(file.size > LARGEST_SIGNATURE ? 0 : file.size);
  let filled = 0;
  for await (const piece of file.open({ start: 0, end: content.length })) {
    content.set(piece, filled);
    filled += piece.length;
  }
  return { name: SIGNATURE_FILE, mediaType: BUNDLE, content, annotations: {} };
}
