import { constants, createHash, createHmac, sign } from 'node:crypto';
import { type BundleJson, encode, modelStatement, type SigningKey } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { envelope, forgedModel, forgedSignature, predicate, type Rebundling, resources, serialization, signature } from './forge.ts';
import { expectRefused } from './expect-refused.ts';
import { endOf, FILES, KEYS, REQUIRE, signedWorld } from './signed-world.ts';

type Vector = readonly [what: string, forgery: Parameters<typeof forgedModel>[0]];

const OTHER = 'ab'.repeat(32);
const WITH_CODE = { ...FILES, 'custom/modeling.py': 'import os' };
const swapped = [...Object.values(FILES)].reverse();

/** Damaged, or a trusted signer's and of something else. */
const WRONG: readonly Vector[] = [
  ['other bytes of a small file', { served: { ...FILES, 'config.json': '[]' } }],
  ['other weights', { served: { ...FILES, 'sub/model.safetensors': 'weighty' } }],
  ['a file more', { served: { ...FILES, 'README.md': 'hi' } }],
  ['a file of code more', { served: { ...FILES, 'modeling.py': 'import os' } }],
  ['a file less', { served: { 'sub/model.safetensors': 'weights' } }],
  ['a file under another name', { served: { 'config.json': '{}', 'sub/model2.safetensors': 'weights' } }],
  ['a file in another letter case', { served: { 'Config.json': '{}', 'sub/model.safetensors': 'weights' } }],
  ['bytes of two files swapped', { served: Object.fromEntries(Object.keys(FILES).map((path, index) => [path, swapped[index] ?? ''])) }],
  ['digests of two files swapped', { statement: resources((good) => good.map((one, index) => ({ ...one, digest: good[1 - index]?.digest ?? '' }))) }],
  ['a file listed twice', { statement: resources((good) => [...good, ...good.slice(0, 1)]) }],
  ['a file listed twice, with two digests', { statement: resources((good) => [...good, ...good.slice(0, 1).map((one) => ({ ...one, digest: OTHER }))]) }],
  ['a file not listed', { statement: resources((good) => good.slice(1)) }],
  ['a listed file that is not there', { statement: resources((good) => [...good, { name: 'tokenizer.json', algorithm: 'sha256', digest: OTHER }]) }],
  ['nothing listed', { statement: resources(() => []) }],
  ['names that lead out', { statement: resources((good) => good.map((one) => ({ ...one, name: `../${one.name}` }))) }],
  ['names from the root', { statement: resources((good) => good.map((one) => ({ ...one, name: `/${one.name}` }))) }],
  ['names with a dot', { statement: resources((good) => good.map((one) => ({ ...one, name: `./${one.name}` }))) }],
  ['digests in capitals', { statement: resources((good) => good.map((one) => ({ ...one, digest: one.digest.toUpperCase() }))) }],
  ['digests cut short', { statement: resources((good) => good.map((one) => ({ ...one, digest: one.digest.slice(0, 62) }))) }],
  ['another digest of all', { statement: ({ predicate: { resources: good } }) => modelStatement(good, OTHER) }],
  ['the list in another order', { statement: predicate((good) => ({ ...good, resources: [...good.resources].reverse() })) }],
  ['no list', { statement: predicate(({ serialization: kept }) => ({ serialization: kept })) }],
  ['a list that is none', { statement: predicate((good) => ({ ...good, resources: { ...good.resources } })) }],
  ['everything left out by “.”', { served: { ...FILES, extra: 'x' }, statement: serialization({ ignore_paths: ['.', '', '/', '..', './', '*', '**'] }) }],
  ['what is left out in another letter case', { served: { ...FILES, extra: 'x' }, statement: serialization({ ignore_paths: ['EXTRA'] }) }],
  ['a name that begins like one left out', { served: { ...FILES, 'extra.json': 'x' }, statement: serialization({ ignore_paths: ['extra'] }) }],
  [
    'what is signed changed afterwards',
    { bundle: envelope((good) => ({ ...good, payload: Buffer.from(JSON.stringify(modelStatement([]))).toString('base64') })) },
  ],
  [
    'what is signed in other white space',
    { bundle: envelope((good) => ({ ...good, payload: Buffer.from(` ${Buffer.from(good.payload, 'base64').toString()}`).toString('base64') })) },
  ],
  ['a bit of the signature flipped', { bundle: signature((good) => flip(good)) }],
  ['a signature of the bare statement', { sign: (payload, key) => key.sign(payload) }],
  ['a signature as version 0.2 made it', { sign: (payload, key) => key.sign(Buffer.from(encode(payload).toString().replace('DSSEv1', 'DSSEV1'))) }],
  ['a signature with another digest', { sign: (payload, key) => key.sign(encode(payload), 'sha512') }],
  ['a signature in the other encoding', { sign: (payload, { privateKey: key }) => sign('sha256', encode(payload), { key, dsaEncoding: 'ieee-p1363' }) }],
  ['a code made with the public key', { sign: (payload, { publicPem }) => createHmac('sha256', publicPem).update(encode(payload)).digest() }],
  ['a stranger’s signature under the trusted key’s name', { key: KEYS.stranger, hint: KEYS.trusted.hint }],
  ['no signature in the envelope', { bundle: envelope((good) => ({ ...good, signatures: [] })) }],
  ['two signatures, the second a stranger’s', { bundle: envelope((good) => ({ ...good, signatures: [...good.signatures, byStranger(good)] })) }],
  ['two signatures, the first a stranger’s', { bundle: envelope((good) => ({ ...good, signatures: [byStranger(good), ...good.signatures] })) }],
  ['an empty signature', { bundle: signature(() => '') }],
  ['a signature cut short', { bundle: signature((good) => good.slice(0, -3)) }],
  [
    'a signature in the base64 of addresses',
    { sign: (payload, key) => key.sign(encode(payload)), bundle: signature((good) => `${good.replace(/=*$/, '')}_-`) },
  ],
  ['a statement cut short', { bundle: envelope((good) => ({ ...good, payload: good.payload.slice(0, -5) })) }],
  ['a statement with line breaks in its base64', { bundle: envelope((good) => ({ ...good, payload: good.payload.replace(/.{64}/g, '$&\n') })) }],
  ['a statement that is no JSON', { payload: (good) => good.slice(1) }],
  ['a statement with a key twice', { payload: (good) => good.replace('"predicateType"', '"predicateType":"x","predicateType"') }],
  ['a statement in Latin-1', { payload: (good) => Buffer.from(good.replace('"model"', '"mod\u00ebl"'), 'latin1') }],
  ['no JSON', { text: (good) => good.slice(0, -1) }],
  ['a JSON array', { text: (good) => `[${good}]` }],
  ['a key twice', { text: (good) => good.replace('{', '{"mediaType":"x",') }],
  ['a key twice, the second by its number', { text: (good) => good.replace('{', '{"\\u006dediaType":"x",') }],
  ['JSON nested deep', { text: (good) => good.replace('{', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},`) }],
  ['17 MB of JSON', { text: (good) => good + ' '.repeat(17 * 1024 * 1024) }],
  ['a byte order mark', { text: (good) => `\ufeff${good}` }],
  ['no type', { bundle: ({ mediaType: _, ...good }) => good }],
  ['two signed things', { bundle: (good) => ({ ...good, messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' } }) }],
  ['no signed thing', { bundle: ({ dsseEnvelope: _, ...good }) => good }],
  ['a key and a certificate', { bundle: material((good) => ({ ...good, certificate: { rawBytes: 'AAAA' } })) }],
  ['neither a key nor a certificate', { bundle: material(() => ({ tlogEntries: [] })) }],
];

/** Somebody else's, or nothing that can be checked. */
const UNTRUSTED: readonly Vector[] = [
  ['a stranger’s signature', { key: KEYS.stranger }],
  ['a stranger’s signature without a name', { key: KEYS.stranger, hint: '' }],
  ['a signature with a key of another kind', { key: KEYS.edwards }],
  ['another type of what is signed', { payloadType: 'application/json' }],
  ['another predicate', { statement: (good) => ({ ...good, predicateType: 'https://slsa.dev/provenance/v1' }) }],
  ['the predicate of version 0.2', { statement: (good) => ({ ...good, predicateType: 'https://model_signing/Digests/v0.1' }) }],
  ['a predicate of tomorrow', { statement: (good) => ({ ...good, predicateType: 'https://model_signing/signature/v2.0' }) }],
  ['an older statement', { statement: (good) => ({ ...good, _type: 'https://in-toto.io/Statement/v0.1' }) }],
  ['two subjects', { statement: (good) => ({ ...good, subject: [...good.subject, ...good.subject] }) }],
  ['no subject', { statement: (good) => ({ ...good, subject: [] }) }],
  ['a sha512 digest of all', { statement: (good) => ({ ...good, subject: [{ name: 'model', digest: { sha512: OTHER + OTHER } }] }) }],
  ['two digests of all', { statement: (good) => ({ ...good, subject: good.subject.map((one) => ({ ...one, digest: { ...one.digest, sha512: OTHER } })) }) }],
  ['a sha512 digest of one file', { statement: resources((good) => good.map((one, index) => (index ? one : { ...one, algorithm: 'sha512' }))) }],
  ['blake3', { statement: serialization({ hash_type: 'blake3' }) }],
  ['shards', { statement: serialization({ method: 'shards', shard_size: 1e9 }) }],
  ['a bundle v0.1', { bundle: (good) => ({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' }) }],
  ['a bundle v0.2', { bundle: (good) => ({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }) }],
  ['a bundle of tomorrow', { bundle: (good) => ({ ...good, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }) }],
  ['a chain of certificates', { bundle: material(() => ({ x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }] } })) }],
  ['a certificate, where keys are trusted', { bundle: material(() => ({ certificate: { rawBytes: 'AAAA' } })) }],
  ['cosign’s statement of a manifest', { statement: (good) => ({ ...good, predicateType: 'https://sigstore.dev/cosign/sign/v1' }) }],
  ['code that is left out', { served: WITH_CODE, statement: serialization({ ignore_paths: ['custom'] }) }],
  ['code below what is always left out', { served: { ...FILES, '.github/run.py': 'import os' } }],
  ['what Git runs code from', { served: { ...FILES, '.git/config': '[core]' }, statement: serialization({ ignore_paths: ['.git'] }) }],
  ['what Git runs code from, deeper', { served: { ...FILES, 'sub/.GIT/hooks/post-checkout': '' }, statement: serialization({ ignore_paths: ['sub/.GIT'] }) }],
  ['bare bytes that are signed', { bundle: bareBytes }],
];

function material(change: (good: object) => object): Rebundling {
  return ({ verificationMaterial, ...bundle }) => ({ ...bundle, verificationMaterial: change(verificationMaterial) });
}

function bareBytes({ dsseEnvelope, ...bundle }: BundleJson): object {
  const signed = Buffer.from(dsseEnvelope.payload, 'base64');
  const digest = createHash('sha256').update(signed).digest('base64');
  return { ...bundle, messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: KEYS.trusted.sign(signed).toString('base64') } };
}

function byStranger({ payload }: { readonly payload: string }): object {
  return { sig: KEYS.stranger.sign(encode(Buffer.from(payload, 'base64'))).toString('base64'), keyid: '' };
}

function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[12] = (bytes[12] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe.each(['registry', 'hub'] as const)('model signing, on the side of the %s', (side) => {
  it.each(WRONG)('refuses as wrong: %s', async (_what, forgery) => expectRefused({ files: forgedModel(forgery), side, code: 'E_INTEGRITY' }));
  it.each(UNTRUSTED)('refuses as untrusted: %s', async (_what, forgery) => expectRefused({ files: forgedModel(forgery), side, code: 'E_UNTRUSTED' }));

  it.each<Vector>([
    ['nothing forged', {}],
    [
      'what the signer left out, and is no code',
      { served: { ...FILES, 'notes/x.txt': 'x' }, statement: serialization({ ignore_paths: ['notes/', 'model.sig'] }) },
    ],
    ['what belongs to Git', { served: { ...FILES, '.gitattributes': '*' }, statement: serialization({ ignore_paths: [] }) }],
    ['a signature without a name', { hint: '' }],
  ])('lets in: %s', async (_what, forgery) => {
    await using world = await signedWorld({ files: forgedModel(forgery) });
    expect(await endOf(world.ilab, side === 'hub' ? 'hf://acme/model:v1' : world.reference)).toEqual({ code: 'done', message: '' });
  });
});

describe('an RSA key', () => {
  const pss = (payload: Uint8Array, { privateKey: key }: SigningKey): Buffer =>
    sign('sha256', encode(payload), { key, padding: constants.RSA_PKCS1_PSS_PADDING });

  it('makes no signature by another scheme', async () => {
    const files = { ...FILES, 'model.sig': forgedSignature({ key: KEYS.rsa, sign: pss }) };
    await expectRefused({ files, side: 'registry', code: 'E_INTEGRITY', signatures: [{ ...REQUIRE, keys: ['rsa.pem'] }] });
  });
});
