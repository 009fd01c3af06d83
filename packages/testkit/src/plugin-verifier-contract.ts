import type { Attachment, PluginVerdict, PluginVerifier, PluginVerifierRequest, TrustFile } from '@ilab/core';
import { describe, expect, it } from 'vitest';

/** A verifier of a plugin, and good signatures of one revision. */
export interface PluginVerifierUnderTest {
  readonly verifier: PluginVerifier;
  /** As the plugin's manifest has it. */
  readonly name: string;
  /** Who signed, and another who could have: both in the verifier's own words. */
  readonly signer: string;
  readonly otherSigner: string;
  /** What a policy gives to it so that it can check both. */
  readonly trust: readonly TrustFile[];
  readonly manifest: NonNullable<PluginVerifierRequest['manifest']>;
  /** Two files or more, all with digests. */
  readonly files: PluginVerifierRequest['files'];
  /** Signatures by `signer`, of what it signs: the manifest, the files, or each. At least one. */
  readonly ofManifest?: Attachment;
  readonly ofFiles?: Attachment;
}

const OTHER = 'f'.repeat(64);

/** What every verifier of a plugin promises, see the port `PluginVerifier`. What it does not sign is skipped, and named. */
export function pluginVerifierContract(make: () => Promise<PluginVerifierUnderTest>): void {
  describe('the contract of plugins’ verifiers', () => {
    it('has the name that it was asked for, and something that it can check', async () => {
      const { verifier, name, ofFiles, ofManifest } = await make();
      expect(verifier.name).toBe(name);
      expect([ofFiles, ofManifest].filter((one) => one !== undefined)).not.toEqual([]);
    });

    it.for(['ofManifest', 'ofFiles'] as const)('says who signed, %s, and what it covers, in plain data', async (which, { skip }) => {
      const given = await make();
      const candidate = given[which] ?? skip(`it has no signature ${which}`);
      const verdict = await verify(given, { candidates: [candidate] });
      expect(verdict).toEqual({ state: 'verified', signer: given.signer, covers: which === 'ofManifest' ? 'manifest' : 'files', from: candidate.name });
      expect(structuredClone(verdict)).toStrictEqual(verdict);
    });

    it('is content with one good signature among others that are not', async () => {
      const given = await make();
      const good = anyOf(given);
      const noise = { ...good, name: 'noise', content: Buffer.from('{"mediaType"') };
      expect(await verify(given, { candidates: [noise, good, noise] })).toMatchObject({ state: 'verified', from: good.name });
    });

    it.each(['nothing', 'text', 'zeros', 'half of it', 'a changed byte'])('lets nothing pass that is %s, and does not throw', async (kind) => {
      const given = await make();
      for (const candidate of allOf(given)) {
        const spoiled = { ...candidate, content: spoil(candidate.content, kind) };
        expect((await verify(given, { candidates: [spoiled] })).state).not.toBe('verified');
      }
    });

    it.each(['another', 'other case', 'a part', 'a pattern'])('vouches for nobody but the signers of the request: %s', async (kind) => {
      const given = await make();
      const { signer, otherSigner } = given;
      const names = { another: otherSigner, 'other case': swapCase(signer), 'a part': signer.slice(0, -1), 'a pattern': '*' };
      const signers = [names[kind as keyof typeof names]];
      expect(signers).not.toContain(signer);
      for (const candidate of allOf(given)) {
        expect(await verify(given, { signers, candidates: [candidate] })).toMatchObject({
          state: 'rejected',
          code: 'E_UNTRUSTED',
          reason: expect.stringMatching(/\S/),
        });
      }
    });

    it('trusts nobody by what comes along with a signature', async () => {
      const given = await make();
      for (const candidate of allOf(given)) {
        expect(await verify(given, { trust: [], candidates: [candidate] })).toMatchObject({ state: 'rejected', code: 'E_UNTRUSTED' });
      }
    });

    it.for<[what: string, change: (files: PluginVerifierRequest['files']) => PluginVerifierRequest['files']]>([
      ['has other bytes', (files) => files.map((file, index) => (index === 0 ? { ...file, sha256: OTHER } : file))],
      ['is not signed', (files) => [...files, { path: 'more.json', sha256: OTHER }]],
      ['is signed and gone', (files) => files.slice(1)],
      ['has another name', (files) => files.map((file, index) => (index === 0 ? { ...file, path: `${file.path}x` } : file))],
    ])('rejects a model with a file that %s', async ([, change], { skip }) => {
      const given = await make();
      const candidate = given.ofFiles ?? skip('it signs no files');
      expect(await verify(given, { files: change(given.files), candidates: [candidate] })).toMatchObject({ state: 'rejected', code: 'E_INTEGRITY' });
    });

    it('asks of a file that is not wanted only that it exists', async ({ skip }) => {
      const given = await make();
      const candidate = given.ofFiles ?? skip('it signs no files');
      const files = [...given.files.map(({ path }) => ({ path })), { path: 'more.json' }];
      expect(await verify(given, { files, candidates: [candidate] })).toMatchObject({ state: 'verified' });
    });

    it('rejects the signature of another manifest, and any where there is none', async ({ skip }) => {
      const given = await make();
      const candidate = given.ofManifest ?? skip('it signs no manifests');
      const manifest = { ...given.manifest, content: `${given.manifest.content} `, digest: `sha256:${OTHER}` as const };
      expect(await verify(given, { manifest, candidates: [candidate] })).toMatchObject({ state: 'rejected', code: 'E_INTEGRITY' });
      expect(await verify(given, { manifest: undefined, candidates: [candidate] })).toMatchObject({ state: 'rejected' });
    });

    it('changes nothing of what it is given', async () => {
      const given = await make();
      const request = requestOf(given, { candidates: allOf(given) });
      const before = structuredClone(request);
      await given.verifier.verify(request, {});
      expect(structuredClone(request)).toEqual(before);
    });
  });
}

type Changes = Partial<Omit<PluginVerifierRequest, 'manifest'>> & { readonly manifest?: PluginVerifierRequest['manifest'] | undefined };

function requestOf({ signer, trust, manifest, files }: PluginVerifierUnderTest, changes: Changes): PluginVerifierRequest {
  const { manifest: changed, ...request } = { candidates: [], signers: [signer], trust, manifest, files, ...changes };
  return { ...request, ...(changed && { manifest: changed }) };
}

async function verify(given: PluginVerifierUnderTest, changes: Changes): Promise<PluginVerdict> {
  return given.verifier.verify(requestOf(given, changes), {});
}

function allOf({ ofManifest, ofFiles }: PluginVerifierUnderTest): readonly Attachment[] {
  return [ofManifest, ofFiles].filter((one) => one !== undefined);
}

function anyOf(given: PluginVerifierUnderTest): Attachment {
  return allOf(given)[0] ?? expect.fail('it has no signature');
}

function swapCase(text: string): string {
  const swapped = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return swapped === text ? `${text}x` : swapped;
}

function spoil(content: Uint8Array, kind: string): Uint8Array {
  if (kind === 'nothing') return new Uint8Array(0);
  if (kind === 'text') return Buffer.from('this is no signature');
  if (kind === 'zeros') return new Uint8Array(content.length);
  if (kind === 'half of it') return content.slice(0, content.length / 2);
  // Right in the middle, by one bit that no encoding of text overlooks.
  return content.map((byte, index) => (index === Math.floor(content.length / 2) ? byte ^ 1 : byte));
}
