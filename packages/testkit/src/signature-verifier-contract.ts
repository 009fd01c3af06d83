import type { Attachment, SignaturePolicy, SignatureRequest, SignatureVerdict, SignatureVerifier, Signer } from '@ilab/core';
import { describe, expect, it } from 'vitest';

/** A verifier, and good signatures of one revision. */
export interface SignatureVerifierUnderTest {
  readonly verifier: SignatureVerifier;
  /** Trusts whoever signed. */
  readonly policy: SignaturePolicy;
  /** Trusts somebody else, who can be read just as well. */
  readonly otherPolicy: SignaturePolicy;
  /** Names something that is not there. */
  readonly brokenPolicy: SignaturePolicy;
  readonly manifest: NonNullable<SignatureRequest['manifest']>;
  /** Two files or more, all with digests. */
  readonly files: SignatureRequest['files'];
  readonly ofManifest: Attachment;
  readonly ofFiles: Attachment;
}

const OTHER = 'f'.repeat(64);

/** What every verifier of signatures promises, see the port `SignatureVerifier`. */
export function signatureVerifierContract(make: () => Promise<SignatureVerifierUnderTest>): void {
  describe('the signature verifier contract', () => {
    it.each(['ofManifest', 'ofFiles'] as const)('says who signed, %s, and what it covers', async (which) => {
      const given = await make();
      const verdict = await verify(given, { candidates: [given[which]] });
      expect(verdict).toEqual({ state: 'verified', covers: which === 'ofManifest' ? 'manifest' : 'files', from: given[which].name, signer: signerIn(verdict) });
      expect(await given.verifier.trusts(given.policy, signerIn(verdict), {})).toBe(true);
      expect(await given.verifier.trusts(given.otherPolicy, signerIn(verdict), {})).toBe(false);
      expect(await given.verifier.trusts(given.brokenPolicy, signerIn(verdict), {})).toBe(false);
      expect(structuredClone(verdict)).toStrictEqual(verdict);
    });

    it('finds what is not signed unsigned', async () => {
      const given = await make();
      expect(await verify(given, { candidates: [] })).toEqual({ state: 'unsigned' });
    });

    it('is content with one good signature among others that are not', async () => {
      const given = await make();
      const noise = { ...given.ofFiles, name: 'noise', content: Buffer.from('{"mediaType"') };
      expect(await verify(given, { candidates: [noise, given.ofManifest, noise] })).toMatchObject({ state: 'verified', from: given.ofManifest.name });
    });

    it.each(['otherPolicy', 'brokenPolicy'] as const)('trusts nobody whom the policy doesn’t: %s', async (which) => {
      const given = await make();
      for (const candidate of [given.ofFiles, given.ofManifest]) {
        expect(await verify(given, { policy: given[which], candidates: [candidate] })).toMatchObject({ state: 'rejected', code: 'E_UNTRUSTED' });
      }
    });

    it('trusts nobody under a policy that names nobody', async () => {
      const given = await make();
      const policy = { ...given.policy, keys: [], identities: [] };
      expect(await verify(given, { policy, candidates: [given.ofFiles] })).toMatchObject({ state: 'rejected', code: 'E_UNTRUSTED' });
    });

    it.each<[what: string, change: (files: SignatureRequest['files']) => SignatureRequest['files']]>([
      ['has other bytes', (files) => files.map((file, index) => (index === 0 ? { ...file, sha256: OTHER } : file))],
      ['is not signed', (files) => [...files, { path: 'more.json', sha256: OTHER }]],
      ['is signed and gone', (files) => files.slice(1)],
      ['has another name', (files) => files.map((file, index) => (index === 0 ? { ...file, path: `${file.path}x` } : file))],
    ])('rejects a model with a file that %s', async (_what, change) => {
      const given = await make();
      expect(await verify(given, { files: change(given.files), candidates: [given.ofFiles] })).toMatchObject({ state: 'rejected', code: 'E_INTEGRITY' });
    });

    it('asks of a file that is not wanted only that it exists', async () => {
      const given = await make();
      const files = [...given.files.map(({ path }) => ({ path })), { path: 'more.json' }];
      expect(await verify(given, { files, candidates: [given.ofFiles] })).toMatchObject({ state: 'verified' });
    });

    it('rejects the signature of another manifest, and any where there is none', async () => {
      const given = await make();
      const content = `${given.manifest.content} `;
      const manifest = { ...given.manifest, content, digest: `sha256:${OTHER}` as const };
      expect(await verify(given, { manifest, candidates: [given.ofManifest] })).toMatchObject({ state: 'rejected', code: 'E_INTEGRITY' });
      expect(await verify(given, { manifest: undefined, candidates: [given.ofManifest] })).toMatchObject({ state: 'rejected' });
    });
  });
}

type Changes = Partial<Omit<SignatureRequest, 'manifest'>> & { readonly manifest?: SignatureRequest['manifest'] | undefined };

async function verify({ verifier, policy, manifest, files }: SignatureVerifierUnderTest, changes: Changes): Promise<SignatureVerdict> {
  const { manifest: changed, ...request } = { candidates: [], policy, manifest, files, ...changes };
  return verifier.verify({ ...request, ...(changed && { manifest: changed }) }, {});
}

function signerIn(verdict: SignatureVerdict): Signer {
  if (verdict.state === 'verified') return verdict.signer;
  return expect.fail(`it is ${JSON.stringify(verdict)}`);
}
