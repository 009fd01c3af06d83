import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attachment, SignaturePolicy } from '@ilab/core';
import { BUNDLE_TYPE, manifestStatement, makeKey, modelStatement, resourcesOf, signStatement } from '@ilab/hub';
import { signatureVerifierContract } from '@ilab/testkit';
import { afterAll, beforeAll } from 'vitest';
import { createSignatureVerifier } from '../src/index.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-signatures-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const key = makeKey();
const other = makeKey('Ed25519');
const files = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };
const content = '{"schemaVersion":2}';
const sha256 = createHash('sha256').update(content).digest('hex');

signatureVerifierContract(async () => {
  await writeFile(join(home, 'key.pem'), key.publicPem);
  await writeFile(join(home, 'other.pem'), other.publicPem);
  const policyOf = (name: string): SignaturePolicy => ({ match: '*', mode: 'require', keys: [join(home, name)], identities: [] });
  const attachment = (name: string, statement: object): Attachment => ({
    name,
    mediaType: BUNDLE_TYPE,
    content: Buffer.from(JSON.stringify(signStatement(statement, key))),
    annotations: {},
  });
  return {
    verifier: createSignatureVerifier(),
    policy: policyOf('key.pem'),
    otherPolicy: policyOf('other.pem'),
    brokenPolicy: policyOf('none.pem'),
    manifest: { digest: `sha256:${sha256}`, mediaType: 'application/json', content },
    files: resourcesOf(files).map(({ name: path, digest }) => ({ path, sha256: digest })),
    ofManifest: attachment(`sha256:${'a'.repeat(64)}`, manifestStatement(sha256)),
    ofFiles: attachment('model.sig', modelStatement(resourcesOf(files))),
  };
});
