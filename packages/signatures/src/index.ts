export { readSmallFile } from './read-small-file.ts';
export { createSignatureVerifier } from './signature-verifier.ts';
