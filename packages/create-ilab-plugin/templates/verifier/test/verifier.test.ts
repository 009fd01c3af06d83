import { createHash, generateKeyPairSync } from 'node:crypto';
import { pluginVerifierContract, testVerifierContext } from '@ilab/testkit';
import plugin from '../src/index.ts';
import { fingerprintOf } from '../src/verifier.ts';
import { signStatement } from './signatures.ts';

const mine = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const content = '{"schemaVersion":2}';
const files = { 'config.json': sha256('{}'), 'sub/model.safetensors': sha256('weights') };
const mediaType = 'application/vnd.shelf.signature.v1+json';

pluginVerifierContract(async () => ({
  verifier: plugin.createVerifier('shelf', testVerifierContext()),
  name: 'shelf',
  signer: fingerprintOf(mine.publicKey),
  otherSigner: fingerprintOf(other.publicKey),
  trust: [mine, other].map(({ publicKey }, index) => ({ name: `${index}.pem`, content: Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })) })),
  manifest: { digest: `sha256:${sha256(content)}`, mediaType: 'application/json', content },
  files: Object.entries(files).map(([path, hash]) => ({ path, sha256: hash })),
  ofManifest: { name: 'attached', mediaType, content: signStatement({ manifest: sha256(content) }, mine.privateKey), annotations: {} },
  ofFiles: { name: 'model.sig', mediaType, content: signStatement({ files }, mine.privateKey), annotations: {} },
}));
