import type { PluginVerdict, PluginVerifier, PluginVerifierRequest } from '@ilab/core';
import { type PluginVerifierUnderTest, standInVerifierUnderTest } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';

type Make = () => Promise<PluginVerifierUnderTest>;
type Verify = PluginVerifier['verify'];

export const soundPluginVerifier: Make = async () => standInVerifierUnderTest();

export const BROKEN_PLUGIN_VERIFIERS: readonly BrokenAdapter<Make>[] = [
  { what: 'has another name', caughtBy: 'has the name', make: made((sound) => ({ ...sound, name: 'other' })) },
  broken('says yes to everything', 'lets nothing pass that is a changed byte', (verify) => async (request, options) => {
    const verdict = await verify(request, options);
    return verdict.state === 'verified' ? verdict : yes(request);
  }),
  broken('vouches for whoever signed', 'nobody but the signers of the request: another', (verify) => asking(verify, () => ({ signers: ['ann', 'bob'] }))),
  broken('takes names for one that differ in case of letters only', 'of the request: other case', (verify) =>
    asking(verify, ({ signers }) => ({ signers: signers.map((one) => one.toLowerCase()) })),
  ),
  broken('takes a signer’s name for a pattern', 'of the request: a pattern', (verify) =>
    asking(verify, ({ signers }) => ({ signers: signers.includes('*') ? ['ann'] : signers })),
  ),
  broken('knows secrets of its own', 'trusts nobody by what comes along', (verify) => asking(verify, () => ({ trust: standInVerifierUnderTest().trust }))),
  broken('looks at the first candidate only', 'one good signature among others', (verify) =>
    asking(verify, ({ candidates }) => ({ candidates: candidates.slice(0, 1) })),
  ),
  broken('compares names of files and no bytes', 'a file that has other bytes', (verify) =>
    asking(verify, ({ files }) => ({ files: files.map(({ path }) => ({ path })) })),
  ),
  broken('overlooks files that nobody signed', 'a file that is not signed', (verify) =>
    asking(verify, ({ files }) => ({ files: files.filter(({ path }) => path !== 'more.json') })),
  ),
  broken('asks for what is not wanted', 'only that it exists', (verify) => async (request, options) => {
    const isWhole = request.files.every(({ sha256 }) => sha256 !== undefined);
    return isWhole ? verify(request, options) : { state: 'rejected', code: 'E_INTEGRITY', reason: 'It is not all here.' };
  }),
  broken('takes any manifest for the one that was signed', 'the signature of another manifest', (verify) =>
    asking(verify, ({ manifest }) => (manifest ? { manifest: standInVerifierUnderTest().manifest } : {})),
  ),
  broken('throws what it can’t read', 'lets nothing pass that is text, and does not throw', (verify) => async (request, options) => {
    for (const { content } of request.candidates) if (content.length > 0 && content[0] !== 0x7b) JSON.parse(Buffer.from(content).toString());
    return verify(request, options);
  }),
  broken(
    'answers with what is no data',
    'in plain data',
    (verify) => async (request, options) => Object.assign(Object.create({ kind: 'verdict' }) as PluginVerdict, await verify(request, options), { at: () => 0 }),
  ),
  broken('changes what it is given', 'changes nothing of what it is given', (verify) => async (request, options) => {
    const verdict = await verify(request, options);
    (request.candidates as unknown[]).length = 0;
    return verdict;
  }),
];

function yes({ candidates, signers: [signer = ''] }: PluginVerifierRequest): PluginVerdict {
  const [first] = candidates;
  return first ? { state: 'verified', signer, covers: 'files', from: first.name } : { state: 'unsigned' };
}

/** The sound one, asked something else. */
function asking(verify: Verify, change: (request: PluginVerifierRequest) => Partial<PluginVerifierRequest>): Verify {
  return async (request, options) => verify({ ...request, ...change(request) }, options);
}

function broken(what: string, caughtBy: string, spoil: (verify: Verify) => Verify): BrokenAdapter<Make> {
  return { what, caughtBy, make: made((sound) => ({ ...sound, verify: spoil(sound.verify.bind(sound)) })) };
}

function made(spoil: (sound: PluginVerifier) => PluginVerifier): Make {
  return async () => {
    const given = standInVerifierUnderTest();
    return { ...given, verifier: spoil(given.verifier) };
  };
}
