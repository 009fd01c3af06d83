export { createSignatureVerifier } from './signature-verifier.ts';
