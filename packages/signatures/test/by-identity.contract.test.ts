import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attachment, SignaturePolicy } from '@ilab/core';
import { BUNDLE_TYPE, makeSigstore, manifestStatement, modelStatement, resourcesOf } from '@ilab/hub';
import { signatureVerifierContract } from '@ilab/testkit';
import { afterAll, beforeAll } from 'vitest';
import { createSignatureVerifier } from '../src/index.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-signatures-'));
  await writeFile(join(home, 'root.json'), JSON.stringify(sigstore.trustedRoot));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const sigstore = makeSigstore();
const SIGNER = { issuer: 'https://accounts.example', subject: 'release@acme.example' };
const files = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };
const content = '{"schemaVersion":2}';
const sha256 = createHash('sha256').update(content).digest('hex');

signatureVerifierContract(async () => {
  const policyOf = (root: string, subject = SIGNER.subject): SignaturePolicy => ({
    match: '*',
    mode: 'require',
    keys: [],
    identities: [{ ...SIGNER, subject }],
    trustedRoot: join(home, root),
  });
  const attachment = (name: string, statement: object): Attachment => ({
    name,
    mediaType: BUNDLE_TYPE,
    content: Buffer.from(JSON.stringify(sigstore.sign(statement, SIGNER))),
    annotations: {},
  });
  return {
    verifier: createSignatureVerifier(),
    policy: policyOf('root.json'),
    otherPolicy: policyOf('root.json', 'release@acme.example.evil'),
    brokenPolicy: policyOf('none.json'),
    manifest: { digest: `sha256:${sha256}`, mediaType: 'application/json', content },
    files: resourcesOf(files).map(({ name: path, digest }) => ({ path, sha256: digest })),
    ofManifest: attachment(`sha256:${'a'.repeat(64)}`, manifestStatement(sha256)),
    ofFiles: attachment('model.sig', modelStatement(resourcesOf(files))),
  };
});
