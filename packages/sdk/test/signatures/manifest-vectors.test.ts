import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  type Artifact,
  attach,
  blobOf,
  BUNDLE_TYPE,
  descriptor,
  manifestStatement,
  modelStatement,
  resourcesOf,
  referrerOf,
  signStatement,
  simpleSigning,
  type SigningKey,
} from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { expectRefused } from './expect-refused.ts';
import { artifactOf, blobsFetched, endOf, FILES, KEYS, signedWorld } from './signed-world.ts';

const MODEL = artifactOf(FILES);
const DIGEST = MODEL.manifest.sha256;
const OTHER = artifactOf({ ...FILES, more: 'x' });
const GOOD = bundle(manifestStatement(DIGEST));
const ATTESTATION = { ...manifestStatement(DIGEST), predicateType: 'https://slsa.dev/provenance/v1' };

function bundle(statement: object, key: SigningKey = KEYS.trusted): string {
  return JSON.stringify(signStatement(statement, key));
}

/** A signature of the manifest's own bytes, without a statement. */
function message(bytes: Uint8Array, { key = KEYS.trusted, digest = createHash('sha256').update(bytes).digest(), algorithm = 'SHA2_256' } = {}): string {
  const messageSignature = { messageDigest: { algorithm, digest: digest.toString('base64') }, signature: key.sign(bytes).toString('base64') };
  return JSON.stringify({ mediaType: BUNDLE_TYPE, verificationMaterial: { publicKey: { hint: key.hint } }, messageSignature });
}

const bytes = await buffer(MODEL.manifest.read(0, MODEL.manifest.size - 1));

function simple(digest: string, { type = 'cosign container image signature', key = KEYS.trusted } = {}): { readonly payload: string; readonly sig: string } {
  const payload = JSON.stringify({ critical: { identity: { 'docker-reference': '' }, image: { 'docker-manifest-digest': digest }, type }, optional: null });
  return { payload, sig: key.sign(Buffer.from(payload)).toString('base64') };
}

function older({ payload, sig }: { readonly payload: string; readonly sig?: string }, more: Readonly<Record<string, string>> = {}): Record<string, Artifact> {
  return { [`acme/model:sha256-${DIGEST}.sig`]: simpleSigning(payload, { ...(sig !== undefined && { 'dev.cosignproject.cosign/signature': sig }), ...more }) };
}

const referrers = (...contents: readonly string[]) =>
  attach(
    'acme/model',
    MODEL,
    contents.map((content) => referrerOf(MODEL, content)),
  );
const good = simple(`sha256:${DIGEST}`);

type Vector = readonly [what: string, artifacts: Readonly<Record<string, Artifact>>, says: string];

const WRONG: readonly Vector[] = [
  ['a signature of another manifest', referrers(bundle(manifestStatement(OTHER.manifest.sha256))), 'another manifest'],
  ['a signature that was changed', referrers(GOOD.replace(/"sig":"(.{20})./, '"sig":"$1A')), 'and is not'],
  [
    'a statement that was changed',
    referrers(bundle(manifestStatement(OTHER.manifest.sha256)).replace(payloadOf(bundle(manifestStatement(OTHER.manifest.sha256))), payloadOf(GOOD))),
    'and is not',
  ],
  ['a referrer that is no JSON', referrers(GOOD.slice(1)), 'damaged'],
  ['a list of other files', referrers(bundle(modelStatement(resourcesOf({ ...FILES, 'config.json': 'x' })))), 'config.json'],
  ['a bare signature of other bytes', referrers(message(Buffer.from('{}'))), 'another manifest'],
  ['a bare signature under another digest', referrers(message(bytes, { digest: Buffer.alloc(32) })), 'another manifest'],
  ['an older signature of another manifest', older(simple(`sha256:${OTHER.manifest.sha256}`)), 'another manifest'],
  ['an older signature without the signature', older({ payload: good.payload }), 'damaged'],
  ['an older signature of what is no JSON', older({ payload: 'x', sig: KEYS.trusted.sign(Buffer.from('x')).toString('base64') }), 'damaged'],
  ['a referrer whose bytes are not those of its digest', lying(GOOD), 'descriptor'],
];

const UNTRUSTED: readonly Vector[] = [
  ['nothing attached', {}, 'not signed'],
  ['a stranger’s signature', referrers(bundle(manifestStatement(DIGEST), KEYS.stranger)), 'none of the keys'],
  ['sixty strangers’ signatures', referrers(...Array.from({ length: 60 }, () => bundle(manifestStatement(DIGEST), KEYS.stranger))), 'none of the keys'],
  ['an attestation, which is no approval', referrers(bundle(ATTESTATION)), 'not signed'],
  [
    'two subjects',
    referrers(bundle({ ...manifestStatement(DIGEST), subject: [...manifestStatement(DIGEST).subject, { digest: { sha256: OTHER.manifest.sha256 } }] })),
    'one subject',
  ],
  ['a subject by sha512', referrers(bundle({ ...manifestStatement(DIGEST), subject: [{ digest: { sha512: DIGEST + DIGEST } }] })), 'sha256'],
  [
    'a subject by two digests',
    referrers(bundle({ ...manifestStatement(DIGEST), subject: [{ digest: { sha256: DIGEST, sha512: DIGEST + DIGEST } }] })),
    'sha256',
  ],
  ['a stranger’s bare signature', referrers(message(bytes, { key: KEYS.stranger })), 'none of the keys'],
  ['a bare signature by another digest', referrers(message(bytes, { algorithm: 'SHA2_512' })), 'SHA2_512'],
  ['a bundle of another version', referrers(GOOD.replace('bundle.v0.3+json', 'bundle.v0.9+json')), 'v0.9'],
  ['a good signature that is about another manifest', attach('acme/model', MODEL, [referrerOf(OTHER, GOOD)]), 'not signed'],
  [
    'a good signature in a layer of another type',
    attach('acme/model', MODEL, [referrerOf(MODEL, GOOD, { layers: [descriptor(blobOf(GOOD), 'application/json')] })]),
    'not signed',
  ],
  ['a good signature, 5 MB long', referrers(GOOD + ' '.repeat(5e6)), 'not signed'],
  ['an older signature by a stranger', older(simple(`sha256:${DIGEST}`, { key: KEYS.stranger })), 'none of the keys'],
  ['an older signature whose payload was changed', older({ ...good, payload: good.payload.replace('null', '{}') }), 'none of the keys'],
  ['an older signature of something else', older(simple(`sha256:${DIGEST}`, { type: 'atomic container signature' })), 'something else'],
  ['an older signature by certificate', older(good, { 'dev.sigstore.cosign/certificate': 'x' }), 'older form'],
];

function payloadOf(text: string): string {
  return (JSON.parse(text) as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload;
}

/** A good signature, listed under the digest of another. */
function lying(content: string): Readonly<Record<string, Artifact>> {
  const layer = blobOf('x'.repeat(content.length));
  const referrer = referrerOf(MODEL, content, { layers: [descriptor(layer, BUNDLE_TYPE)] });
  const others = new Map([[`sha256:${layer.sha256}`, blobOf(content)]]);
  return attach('acme/model', MODEL, [{ ...referrer, blobs: referrer.blobs.slice(0, 1), others }]);
}

describe('signatures of a manifest', () => {
  it.each(WRONG)('are refused as wrong: %s', async (_what, artifacts, says) =>
    expectRefused({ files: FILES, artifacts, side: 'registry', code: 'E_INTEGRITY', says }),
  );
  it.each(UNTRUSTED)('are refused as untrusted: %s', async (_what, artifacts, says) =>
    expectRefused({ files: FILES, artifacts, side: 'registry', code: 'E_UNTRUSTED', says }),
  );

  it.each<readonly [string, Readonly<Record<string, Artifact>>]>([
    ['as cosign 3 makes them', referrers(GOOD)],
    ['bare, over the manifest’s bytes', referrers(message(bytes))],
    ['as older cosigns make them', older(good)],
    ['of model signing, attached', referrers(bundle(modelStatement(resourcesOf(FILES))))],
    ['among many of others', referrers(...Array.from({ length: 20 }, () => bundle(manifestStatement(DIGEST), KEYS.stranger)), '{', bundle(ATTESTATION), GOOD)],
  ])('are let in: %s', async (_what, artifacts) => {
    await using world = await signedWorld({ files: FILES, artifacts });
    expect(await endOf(world.ilab, world.reference)).toEqual({ code: 'done', message: '' });
    const before = world.hub.requests.filter(({ url }) => url.includes('referrers')).length;
    // What was verified is not asked for again.
    expect(await endOf(world.ilab, world.reference)).toEqual({ code: 'done', message: '' });
    expect(world.hub.requests.filter(({ url }) => url.includes('referrers'))).toHaveLength(before);
  });

  it('count for all of a model, whatever is taken of it', async () => {
    await using world = await signedWorld({ files: FILES, artifacts: referrers(GOOD) });
    await world.ilab.models.download({ reference: world.reference, include: ['config.json'] });
    expect(blobsFetched(world.hub)).toHaveLength(2);
    expect((await world.ilab.models.resolve({ reference: `${world.reference}#config.json` })).files).toEqual(['config.json']);
  });

  it('are of no use to the Hub, which has no manifests', async () => {
    await expectRefused({
      files: { ...FILES, 'model.sig': GOOD },
      artifacts: referrers(GOOD),
      side: 'hub',
      code: 'E_UNTRUSTED',
      says: 'and not https://model_signing',
    });
  });
});
