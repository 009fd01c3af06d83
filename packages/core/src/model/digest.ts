import { IlabError } from '../errors/ilab-error.ts';

/** Hash algorithms that sources name bytes by; `git-sha1` is a Git blob id: sha1 over `"blob " + size + "\0" + content`. */
export const DIGEST_LENGTHS = { sha256: 64, sha512: 128, 'git-sha1': 40 } as const;

/**
 * Those, and what is left where a source names bytes by none of them. It is good for blobs alone, see {@link isContentDigest}: `md5`; the
 * hash over the hashes of parts of so many bytes each (`md5-8388608`, as S3 has it of what came in parts); and `etag`, the sha256 of what
 * the server calls the state of the bytes, which tells one state from another, and which no bytes can be held against.
 */
export type DigestAlgorithm = keyof typeof DIGEST_LENGTHS | 'md5' | 'etag' | `${'md5' | 'sha256'}-${number}`;

/** `algorithm:hex`, lower case and of full length. Only {@link parseDigest} makes one from text of others. */
export type Digest = `${DigestAlgorithm}:${string}`;

const HEX = /^[0-9a-f]+$/;
/** Parts have a million bytes at least: smaller ones would cost more to hash than the bytes in them. */
const CONTENT_ONLY = /^(?:md5(?:-[1-9]\d{6,14})?:[0-9a-f]{32}|(?:sha256-[1-9]\d{6,14}|etag):[0-9a-f]{64})$/;

/** Whether text is a digest: known algorithm, lower-case hex of exactly its length. */
export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (!isAlgorithm(algorithm)) return false;
  const hex = text.slice(colon + 1);
  return hex.length === DIGEST_LENGTHS[algorithm] && HEX.test(hex);
}

/**
 * Whether text can be the digest of a blob: one that names bytes, or, from a source that gives none, one of those that {@link DigestAlgorithm}
 * has beside them. A manifest, a revision or a reference never has one of these.
 */
export function isContentDigest(text: string): text is Digest {
  return isDigest(text) || CONTENT_ONLY.test(text);
}

/**
 * Reads a digest that came from outside.
 * @throws IlabError E_REGISTRY when it is none
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new IlabError('E_REGISTRY', `“${text.slice(0, 200)}” is not a sha256 or sha512 digest.`);
}

/** A digest in its two parts. */
export function digestParts(digest: Digest): { algorithm: DigestAlgorithm; hex: string } {
  const colon = digest.indexOf(':');
  return { algorithm: digest.slice(0, colon) as DigestAlgorithm, hex: digest.slice(colon + 1) };
}

function isAlgorithm(text: string): text is keyof typeof DIGEST_LENGTHS {
  return Object.hasOwn(DIGEST_LENGTHS, text);
}
