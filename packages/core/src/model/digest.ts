import { IlabError } from '../errors/ilab-error.ts';

/** Hash algorithms that sources name bytes by; `git-sha1` is a Git blob id: sha1 over `"blob " + size + "\0" + content`. */
export const DIGEST_LENGTHS = { sha256: 64, sha512: 128, 'git-sha1': 40 } as const;

export type DigestAlgorithm = keyof typeof DIGEST_LENGTHS;

/** `algorithm:hex`, lower case and of full length. Only {@link parseDigest} makes one from text of others. */
export type Digest = `${DigestAlgorithm}:${string}`;

const HEX = /^[0-9a-f]+$/;

/** Whether text is a digest: known algorithm, lower-case hex of exactly its length. */
export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (!isAlgorithm(algorithm)) return false;
  const hex = text.slice(colon + 1);
  return hex.length === DIGEST_LENGTHS[algorithm] && HEX.test(hex);
}

/**
 * Reads a digest that came from outside.
 * @throws IlabError E_REGISTRY when it is none
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new IlabError('E_REGISTRY', `“${text.slice(0, 200)}” is not a sha256 or sha512 digest.`);
}

export function digestParts(digest: Digest): { algorithm: DigestAlgorithm; hex: string } {
  const colon = digest.indexOf(':');
  return { algorithm: digest.slice(0, colon) as DigestAlgorithm, hex: digest.slice(colon + 1) };
}

function isAlgorithm(text: string): text is DigestAlgorithm {
  return Object.hasOwn(DIGEST_LENGTHS, text);
}
