import type { SignatureRequest, SignatureVerdict, SignatureVerifier } from '@ilab/core';
import { standInSignature, standInVerifierUnderTest, STAND_IN_SIGNATURE } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { createJointVerifier } from '../../src/verifiers/joint-verifier.ts';

const KEY = { key: `sha256:${'a'.repeat(64)}` } as const;
const stand = standInVerifierUnderTest();
const own = { match: '*', mode: 'require', keys: ['/key.pem'], identities: [] } as const;
const ann = { verifier: 'stand-in', signers: ['ann'], trust: ['/ann.secret'] } as const;
const plugin = { name: 'ilab-plugin-stand-in', version: '1.0.0', root: '/nowhere', manifest: {}, type: 'user' } as const;

/** A joint verifier, of what ilab finds itself and the stand-in. */
function joint(finds: SignatureVerdict = { state: 'unsigned' }, installed = true) {
  const opened: string[] = [];
  const asked: SignatureRequest[] = [];
  const ownVerifier: SignatureVerifier = {
    async verify(request) {
      asked.push(request);
      return finds;
    },
    trusts: async (policy, signer) => policy.keys.length > 0 && 'key' in signer,
  };
  const manifest = { verifier: 'stand-in', entry: './x.js', summary: 's', mediaTypes: [STAND_IN_SIGNATURE] };
  const verifier = createJointVerifier({
    own: ownVerifier,
    verifiers: new Map(installed ? [['stand-in', { name: 'stand-in', plugin, manifest }]] : []),
    async open({ name }) {
      opened.push(name);
      return { ...stand.verifier, close() {} };
    },
    async readTrust(path) {
      const found = stand.trust.find(({ name }) => path === `/${name}`);
      if (!found) throw new Error(`${path} is not there.`);
      return found;
    },
  });
  return { verifier, opened, asked };
}

const VERIFIED: SignatureVerdict = { state: 'verified', signer: KEY, covers: 'manifest', from: 'cosign' };
const REJECTED: SignatureVerdict = { state: 'rejected', code: 'E_INTEGRITY', reason: 'no.' };
const candidates = [stand.ofManifest].filter((one) => one !== undefined);
const request = { policy: { ...own, verifiers: [ann] }, manifest: stand.manifest, files: stand.files, candidates };

describe('a policy that names a verifier and keys', () => {
  it('is satisfied by both together, and says who they are', async () => {
    const { verifier, asked } = joint(VERIFIED);
    const signer = { vouched: [{ verifier: 'stand-in', signer: 'ann' }], own: KEY };
    expect(await verifier.verify(request, {})).toEqual({ state: 'verified', signer, covers: 'manifest', from: 'cosign' });
    expect(asked[0]?.policy).toEqual(own);
    expect(await verifier.trusts(request.policy, signer, {})).toBe(true);
    expect(verifier.mediaTypes?.(request.policy)).toEqual([STAND_IN_SIGNATURE]);
  });

  it.each<[string, SignatureVerdict]>([
    ['not signed by a key', { state: 'unsigned' }],
    ['signed wrongly by one', REJECTED],
  ])('is not satisfied by the verifier alone: %s', async (_what, finds) => {
    expect(await joint(finds).verifier.verify(request, {})).toEqual(finds);
  });

  it.each<[string, SignatureRequest['candidates'], object]>([
    ['nothing for it', [], { state: 'unsigned' }],
    [
      'another’s signature',
      [standInSignature('x', { signer: 'eve', of: stand.manifest.digest, secret: 'the secret of ann' })],
      { state: 'rejected', code: 'E_UNTRUSTED' },
    ],
    [
      'a signature of something else',
      [standInSignature('x', { signer: 'ann', of: 'sha256:00', secret: 'the secret of ann' })],
      { state: 'rejected', code: 'E_INTEGRITY' },
    ],
  ])('is not satisfied by the key alone: %s', async (_what, given, finds) => {
    expect(await joint(VERIFIED).verifier.verify({ ...request, candidates: given }, {})).toMatchObject(finds);
  });

  it('trusts nobody still whom one of them does not', async () => {
    const { verifier } = joint();
    const vouched = [{ verifier: 'stand-in', signer: 'ann' }];
    for (const signer of [
      KEY,
      { vouched },
      { vouched: [{ verifier: 'stand-in', signer: 'bob' }], own: KEY },
      { vouched: [{ verifier: 'x', signer: 'ann' }], own: KEY },
    ]) {
      expect([signer, await verifier.trusts(request.policy, signer, {})]).toEqual([signer, false]);
    }
    // Nor is a voucher’s word any good for a policy that names keys alone.
    expect(await verifier.trusts(own, { vouched }, {})).toBe(false);
    expect(await joint(VERIFIED, false).verifier.trusts(request.policy, { vouched, own: KEY }, {})).toBe(false);
  });
});

describe('a policy that names verifiers alone', () => {
  const policy = { ...own, keys: [], verifiers: [ann] };

  it('is satisfied by all of them, and asks nobody else', async () => {
    const { verifier, asked } = joint(REJECTED);
    expect(await verifier.verify({ ...request, policy }, {})).toMatchObject({
      state: 'verified',
      signer: { vouched: [{ verifier: 'stand-in', signer: 'ann' }] },
    });
    expect(asked).toEqual([]);
    const two = { ...policy, verifiers: [ann, { ...ann, signers: ['bob'], trust: ['/bob.secret'] }] };
    expect(await verifier.verify({ ...request, policy: two }, {})).toMatchObject({ state: 'rejected', code: 'E_UNTRUSTED' });
  });

  it.each<[string, object, RegExp]>([
    ['that is not installed', { ...ann, verifier: 'none' }, /the verifier none, and no plugin here brings it/],
    ['whose files can’t be read', { ...ann, trust: ['/gone.pem'] }, /gone\.pem is not there/],
  ])('lets nothing pass by one %s', async (_what, one, says) => {
    const { verifier, opened } = joint();
    const broken = { ...policy, verifiers: [one as typeof ann] };
    expect(await verifier.verify({ ...request, policy: broken }, {})).toMatchObject({
      state: 'rejected',
      code: 'E_UNTRUSTED',
      reason: expect.stringMatching(says),
    });
    expect(await verifier.trusts(broken, { vouched: [{ verifier: one as never, signer: 'ann' }] }, {})).toBe(false);
    expect(opened).toEqual([]);
  });

  it('starts nothing where there is nothing to look at, and gives nothing that is far too large', async () => {
    const { verifier, opened } = joint();
    const large = { name: 'x', mediaType: STAND_IN_SIGNATURE, content: new Uint8Array(30 * 1024 * 1024), annotations: {} };
    expect(await verifier.verify({ ...request, policy, candidates: [{ ...large, mediaType: 'other/type' }] }, {})).toEqual({ state: 'unsigned' });
    expect(await verifier.verify({ ...request, policy, candidates: [large] }, {})).toMatchObject({ state: 'rejected', code: 'E_UNTRUSTED' });
    expect(opened).toEqual([]);
  });
});

describe('a policy that names no verifier', () => {
  it('asks none, whatever plugins there are', async () => {
    const { verifier, opened } = joint();
    expect(await verifier.verify({ ...request, policy: own }, {})).toEqual({ state: 'unsigned' });
    expect(opened).toEqual([]);
  });
});
