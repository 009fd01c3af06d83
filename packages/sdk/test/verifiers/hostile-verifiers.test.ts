import { nullLogger, type PluginVerifierRequest } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import type { Patience } from '../../src/plugins/apart/watch.ts';
import { openVerifier } from '../../src/verifiers/open-verifier.ts';
import { verdictOf } from '../../src/verifiers/verdict-of.ts';
import { askOnce } from '../plugins/ask-once.ts';
import { SHORT } from '../plugins/hostile-plugin.ts';
import { MEDIA_TYPE, NAME, saying, writeVerifier } from './hostile-verifier.ts';

const request: PluginVerifierRequest = {
  manifest: { digest: `sha256:${'a'.repeat(64)}`, mediaType: 'm', content: '{}' },
  files: [{ path: 'config.json', sha256: 'b'.repeat(64) }],
  candidates: [{ name: 'attached', mediaType: MEDIA_TYPE, content: Buffer.from('signature'), annotations: {} }],
  signers: ['ann'],
  trust: [{ name: 'ann.pem', content: Buffer.from('key') }],
};

async function ask(given: Parameters<typeof writeVerifier>[0], patience?: Patience): Promise<unknown> {
  await using written = await writeVerifier(given);
  const manifest = { verifier: 'hostile', entry: './index.js', summary: 'Means no good', mediaTypes: [MEDIA_TYPE] };
  const part = { name: 'hostile', plugin: written.plugin, manifest };
  return await askOnce(openVerifier(part, { logger: nullLogger, ...(patience && { patience }) }), (one) => one.verify(request, {}));
}

const branded = 'Object.assign(new Error("All is well."), { code: "E_OFFLINE", [Symbol.for("@ilab/error")]: true })';

const CASES: readonly (readonly [what: string, verify: string, says: RegExp, patience?: Patience])[] = [
  ['throws', 'throw new TypeError("x");', /TypeError: x/],
  ['throws an error of ours', `throw ${branded};`, /verify: All is well/],
  ['loops', 'for (;;) {}', /no sign of life|did not answer/, SHORT],
  ['never answers', 'await new Promise(() => {});', /did not answer/, SHORT],
  ['ends its process', 'process.exit(0);', /exit code 0/],
  ['answers with 100 MB', 'return { state: "rejected", code: "E_UNTRUSTED", reason: "x".repeat(1e8) };', /a message of \d+ bytes/],
  ['vouches for another signer', saying('signer: "eve"'), /a signer whom the policy does not name/],
  ['asks the host for requests', 'await context.http.request({ url: "https://a.example" });', /TypeError/],
  ['reads the user’s files', 'return (await import("node:fs")).readFileSync("/etc/passwd", "utf8");', /ERR_ACCESS_DENIED|permission|restricted/i],
];

const good = { state: 'verified', signer: 'ann', covers: 'manifest', from: 'attached' };

/** Each over a good verdict, or in its place. */
const WRONG: readonly (readonly [what: string, verdict: unknown, says: RegExp])[] = [
  ['nothing', undefined, /its verdict is none/],
  ['yes', true, /its verdict is none/],
  ['a list', [good], /its verdict is none/],
  ['a word', { ...good, state: 'trusted' }, /its verdict is none/],
  ['a rejection without a reason', { state: 'rejected', code: 'E_UNTRUSTED' }, /without a reason/],
  ['a rejection with another code', { state: 'rejected', code: 'E_NOT_FOUND', reason: 'x' }, /with a code that is none/],
  ['another signer', { ...good, signer: 'eve' }, /a signer whom the policy does not name/],
  ['a signer’s name in other letters', { ...good, signer: 'ANN' }, /a signer whom the policy does not name/],
  ['a list of signers', { ...good, signer: ['ann'] }, /a signer whom the policy does not name/],
  ['a key of ours', { ...good, signer: { key: 'sha256:00' } }, /a signer whom the policy does not name/],
  ['a candidate that it was not given', { ...good, from: '../model.sig' }, /something that it was not given/],
  ['everything', { ...good, covers: 'everything' }, /what was signed/],
];

describe('a verifier that', () => {
  it.for(CASES)('%s is named, and lets nothing pass', async ([, verify, says, patience]) => {
    const error = await ask({ verify }, patience);
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringContaining(`${NAME} 1.0.0`) });
    expect(String(error)).toMatch(says);
  });

  it.each<[what: string, entry: string, says: RegExp]>([
    ['throws as it is loaded', 'throw new Error("no");', /no/],
    ['makes no verifier', 'export default { $$type: "@ilab/plugin", apiVersion: 1 };', /makes no verifier/],
    [
      'makes one of another name',
      'export default { $$type: "@ilab/plugin", apiVersion: 1, createVerifier: () => ({ name: "x", verify() {} }) };',
      /made no verifier “hostile”/,
    ],
    ['makes one that can’t be asked', 'export default { $$type: "@ilab/plugin", apiVersion: 1, createVerifier: (name) => ({ name }) };', /has no “verify”/],
  ])('%s is named, and lets nothing pass', async (_what, entry, says) => {
    const error = await ask({ entry });
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', message: expect.stringContaining(NAME) });
    expect(String(error)).toMatch(says);
  });

  it('sees no environment', async () => {
    const verify = 'return { state: "rejected", code: "E_UNTRUSTED", reason: JSON.stringify([Object.keys(context), process.env.HOME ?? null]) };';
    expect(await ask({ verify })).toMatchObject({ reason: '[["logger"],null]' });
  });
});

describe('a verdict', () => {
  it.each(WRONG)('is none that says %s', (_what, verdict, says) => {
    expect(() => verdictOf(verdict, request)).toThrow(says);
  });

  it('is none over a manifest where there is none', () => {
    const { manifest: _, ...bare } = request;
    expect(() => verdictOf(good, bare)).toThrow(/a manifest where there is none/);
  });

  it('that says more is heard no further, and on one line', () => {
    expect(verdictOf({ ...good, extra: 1, own: { key: 'sha256:00' } }, request)).toEqual(good);
    const reason = `a\nb\u001b[2J${'x'.repeat(1000)}`;
    expect(verdictOf({ state: 'rejected', code: 'E_UNTRUSTED', reason }, request)).toMatchObject({ reason: expect.stringMatching(/^a b \[2Jx{400,500}$/) });
  });
});
