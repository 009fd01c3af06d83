import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attachment, SignaturePolicy, SignatureRequest, SignatureVerifier } from '@ilab/core';
import { BUNDLE_TYPE, makeKey, manifestStatement, modelStatement, resourcesOf, signStatement } from '@ilab/hub';
import { createSignatureVerifier } from '@ilab/signatures';
import type { SignatureVerifierUnderTest } from '@ilab/testkit';
import { onTestFinished } from 'vitest';
import type { BrokenAdapter } from './broken-adapter.ts';

type Make = () => Promise<SignatureVerifierUnderTest>;
type Spoil = (sound: SignatureVerifier, given: Omit<SignatureVerifierUnderTest, 'verifier'>) => Partial<SignatureVerifier>;

const FILES = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };
const CONTENT = '{"schemaVersion":2}';
const sha256 = createHash('sha256').update(CONTENT).digest('hex');
const key = makeKey();
const other = makeKey('Ed25519');

export const soundSignatureVerifier: Make = make(() => ({}));

export const BROKEN_SIGNATURE_VERIFIERS: readonly BrokenAdapter<Make>[] = [
  broken('finds nothing signed', 'says who signed, ofManifest', () => ({ verify: async () => ({ state: 'unsigned' }) })),
  broken('calls what is not signed rejected', 'finds what is not signed unsigned', (sound) => ({
    verify: async (request, options) =>
      request.candidates.length === 0 ? { state: 'rejected', code: 'E_UNTRUSTED', reason: 'there is none.' } : sound.verify(request, options),
  })),
  broken('looks at the first candidate only', 'one good signature among others', (sound) =>
    asking(sound, ({ candidates }) => ({ candidates: candidates.slice(0, 1) })),
  ),
  broken('trusts every key that it has seen', 'trusts nobody whom the policy doesn’t: otherPolicy', (sound, { policy, otherPolicy }) =>
    asking(sound, (request) => (request.policy.keys[0] === otherPolicy.keys[0] ? { policy } : {})),
  ),
  broken('goes on without a key that it can’t read', 'trusts nobody whom the policy doesn’t: brokenPolicy', (sound, { policy, brokenPolicy }) =>
    asking(sound, (request) => (request.policy.keys[0] === brokenPolicy.keys[0] ? { policy } : {})),
  ),
  broken('takes a policy that names nobody for one that trusts all', 'a policy that names nobody', (sound, { policy }) =>
    asking(sound, (request) => (request.policy.keys.length === 0 ? { policy } : {})),
  ),
  broken('compares names of files and no bytes', 'a file that has other bytes', (sound) =>
    asking(sound, ({ files }) => ({ files: files.map(({ path }) => ({ path })) })),
  ),
  broken('overlooks files that nobody signed', 'a file that is not signed', (sound) =>
    asking(sound, ({ files }) => ({ files: files.filter(({ path }) => path !== 'more.json') })),
  ),
  broken('overlooks files that are gone', 'a file that is signed and gone', (sound, { files: all }) =>
    asking(sound, ({ files }) => ({ files: [...files, ...all.filter(({ path }) => !files.some((file) => file.path === path))] })),
  ),
  broken('asks for what is not wanted', 'only that it exists', (sound) => ({
    verify: async (request, options) =>
      request.files.every((file) => file.sha256 !== undefined)
        ? sound.verify(request, options)
        : { state: 'rejected', code: 'E_INTEGRITY', reason: 'it is not all here.' },
  })),
  broken('takes any manifest for the one that was signed', 'the signature of another manifest', (sound, { manifest }) => asking(sound, () => ({ manifest }))),
  broken('trusts a signer for ever', 'says who signed, ofFiles', () => ({ trusts: async () => true })),
  broken('trusts no signer a second time', 'says who signed, ofFiles', () => ({ trusts: async () => false })),
];

/** The sound one, asked something else. */
function asking(sound: SignatureVerifier, change: (request: SignatureRequest) => Partial<SignatureRequest>): Partial<SignatureVerifier> {
  return { verify: async (request, options) => sound.verify({ ...request, ...change(request) }, options) };
}

function broken(what: string, caughtBy: string, spoil: Spoil): BrokenAdapter<Make> {
  return { what, caughtBy, make: make(spoil) };
}

function make(spoil: Spoil): Make {
  return async () => {
    const home = mkdtempSync(join(tmpdir(), 'ilab-signatures-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    writeFileSync(join(home, 'key.pem'), key.publicPem);
    writeFileSync(join(home, 'other.pem'), other.publicPem);
    const policyOf = (name: string): SignaturePolicy => ({ match: '*', mode: 'require', keys: [join(home, name)], identities: [] });
    const given = {
      policy: policyOf('key.pem'),
      otherPolicy: policyOf('other.pem'),
      brokenPolicy: policyOf('none.pem'),
      manifest: { digest: `sha256:${sha256}`, mediaType: 'application/json', content: CONTENT } as const,
      files: resourcesOf(FILES).map(({ name: path, digest }) => ({ path, sha256: digest })),
      ofManifest: signed(`sha256:${'a'.repeat(64)}`, manifestStatement(sha256)),
      ofFiles: signed('model.sig', modelStatement(resourcesOf(FILES))),
    };
    const sound = createSignatureVerifier();
    return { ...given, verifier: { ...sound, ...spoil(sound, given) } };
  };
}

function signed(name: string, statement: object): Attachment {
  return { name, mediaType: BUNDLE_TYPE, content: Buffer.from(JSON.stringify(signStatement(statement, key))), annotations: {} };
}
