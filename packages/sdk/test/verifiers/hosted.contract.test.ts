import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { nullLogger } from '@ilab/core';
import { pluginVerifierContract } from '@ilab/testkit';
import { afterAll } from 'vitest';
import { type OpenVerifier, openVerifier } from '../../src/verifiers/open-verifier.ts';

/** What `npm create ilab-plugin` writes, as a user would have linked it: every answer of it crosses as data. */
const root = fileURLToPath(new URL('../../../create-ilab-plugin/templates/verifier', import.meta.url));
const plugin = { name: 'ilab-plugin-shelf', version: '1.0.0', root, manifest: {}, type: 'link' } as const;
const manifest = { verifier: 'shelf', entry: './dist/index.js', summary: 'Of the template', mediaTypes: ['x/y'] };

const mine = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const content = '{"schemaVersion":2}';
const files = { 'config.json': sha256('{}'), 'sub/model.safetensors': sha256('weights') };

let opened: Promise<OpenVerifier> | undefined;
afterAll(async () => (await opened)?.close());

pluginVerifierContract(async () => {
  opened ??= openVerifier({ name: 'shelf', plugin, manifest }, { logger: nullLogger });
  const keys = [mine, other].map(({ publicKey }) => publicKey);
  const [signer = '', otherSigner = ''] = keys.map((key) => `sha256:${sha256(key.export({ type: 'spki', format: 'der' }))}`);
  return {
    verifier: await opened,
    name: 'shelf',
    signer,
    otherSigner,
    trust: keys.map((key, index) => ({ name: `${index}.pem`, content: Buffer.from(key.export({ type: 'spki', format: 'pem' })) })),
    manifest: { digest: `sha256:${sha256(content)}`, mediaType: 'application/json', content },
    files: Object.entries(files).map(([path, hash]) => ({ path, sha256: hash })),
    ofManifest: { name: 'attached', mediaType: 'x/y', content: signed({ manifest: sha256(content) }), annotations: {} },
    ofFiles: { name: 'model.sig', mediaType: 'x/y', content: signed({ files }), annotations: {} },
  };
});

function signed(statement: object): Buffer {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = sign(null, payload, mine.privateKey);
  return Buffer.from(JSON.stringify({ payload: payload.toString('base64'), signature: signature.toString('base64') }));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
