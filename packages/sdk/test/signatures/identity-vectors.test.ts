import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleJson, type IdentitySigning, makeSigstore, modelStatement, resourcesOf, type Sigstore } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { endOf, FILES, signedWorld } from './signed-world.ts';

const sigstore = makeSigstore();
const other = makeSigstore();
const WHO = { issuer: 'https://accounts.example', subject: 'release@acme.example' };
const STATEMENT = modelStatement(resourcesOf(FILES));
const { ctlogs, tlogs, timestampAuthorities } = sigstore.trustedRoot;

interface Case {
  readonly by?: Partial<IdentitySigning>;
  readonly statement?: object;
  readonly sigstore?: Sigstore;
  readonly bundle?: (good: BundleJson & { readonly verificationMaterial: Material }) => object;
  /** Of the policy. */
  readonly identity?: object;
  /** What the root holds; default all. */
  readonly root?: object | string;
}

interface Material {
  readonly certificate: { readonly rawBytes: string };
  readonly tlogEntries: readonly Entry[];
  readonly timestampVerificationData: { readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[] };
}

type Entry = Readonly<Record<string, unknown>> & { readonly inclusionProof: { readonly checkpoint: { readonly envelope: string } } };

const NO_LOGS = { tlogs: [] };
const NO_STAMPS = { timestampAuthorities: [] };

async function ending({ by = {}, statement = STATEMENT, bundle, identity = WHO, root = {}, ...more }: Case) {
  const good = (more.sigstore ?? sigstore).sign(statement, { ...WHO, ...by });
  const signed = bundle ? bundle(good as BundleJson & { readonly verificationMaterial: Material }) : good;
  await using world = await signedWorld({ files: { ...FILES, 'model.sig': JSON.stringify(signed) }, signatures: [] });
  await writeFile(join(world.home, 'root.json'), typeof root === 'string' ? root : JSON.stringify({ ...sigstore.trustedRoot, ...root }));
  const policy = { match: '**', mode: 'require', identities: [identity], trusted_root: 'root.json' };
  return await endOf(await world.under([policy]), world.reference);
}

/** Changes what comes along with a signature. */
function material(change: (good: Material) => object): NonNullable<Case['bundle']> {
  return (bundle) => ({ ...bundle, verificationMaterial: { ...bundle.verificationMaterial, ...change(bundle.verificationMaterial) } });
}

function entry(change: (good: Entry) => object): NonNullable<Case['bundle']> {
  return material(({ tlogEntries }) => ({ tlogEntries: tlogEntries.map(change) }));
}

/** The parts of another good signature. */
const another = (): Material => sigstore.sign(modelStatement(resourcesOf({ a: 'b' })), WHO).verificationMaterial as Material;

const TAMPERED = Buffer.from(JSON.stringify(modelStatement(resourcesOf({ ...FILES, more: 'x' })))).toString('base64');
const within = (subject: string): Case => ({ by: { subject } });

function retired(list: readonly object[]): readonly object[] {
  const validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
  return (list as readonly { readonly publicKey: object }[]).map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor } }));
}

function withoutBeginning(list: readonly object[]): readonly object[] {
  return JSON.parse(JSON.stringify(list).replaceAll('"start"', '"begin"')) as readonly object[];
}

const LET_IN: readonly (readonly [string, Case])[] = [
  ['with all proofs', {}],
  [
    'of a URI',
    {
      by: { subject: 'https://ci.example/acme/build@refs/heads/main'.replace('@', '%40') },
      identity: { ...WHO, subject: 'https://ci.example/acme/build%40refs/heads/main' },
    },
  ],
  ['with a log and no stamp', { by: { proofs: ['certificate log', 'log'] } }],
  ['with a stamp, where no log is trusted', { by: { proofs: ['certificate log', 'stamp'] }, root: NO_LOGS }],
  ['without the log’s promise, with a stamp', { bundle: entry(({ inclusionPromise: _, ...good }) => good) }],
  ['unlogged certificates, where no such log is trusted', { by: { proofs: ['log'] }, root: { ctlogs: [] } }],
  ['long ago, while the certificate was good', { by: { at: new Date(Date.now() - 100 * 24 * 3600 * 1000) } }],
];

const UNTRUSTED: readonly (readonly [string, Case])[] = [
  ['another issuer', { by: { issuer: 'https://accounts.evil.example' } }],
  ['an issuer with a slash more', { by: { issuer: `${WHO.issuer}/` } }],
  ['an issuer in another letter case', { by: { issuer: 'https://Accounts.example' } }],
  ['no issuer', { by: { issuer: '' } }],
  ['another subject', within('release@evil.example')],
  ['a subject with more before it', within(`x${WHO.subject}`)],
  ['a subject with more behind it', within(`${WHO.subject}.evil`)],
  ['a subject in another letter case', within('Release@acme.example')],
  ['a subject that fits as a pattern', within('release@acmeXexample')],
  ['a subject that reads the same in seven bits', { by: { subject: Buffer.from(WHO.subject).map((byte, index) => (index === 0 ? byte | 0x80 : byte)) } }],
  ['a policy that is a pattern', { identity: { ...WHO, subject: 'release@acme.+' } }],
  ['an address as a URI', { by: { subject: `mailto:${WHO.subject}`.replace('@', '%40') } }],
  ['another authority', { sigstore: other, root: { ...other.trustedRoot, certificateAuthorities: sigstore.trustedRoot.certificateAuthorities } }],
  ['a certificate that has ended', { by: { age: 11 } }],
  ['a certificate that has not begun', { by: { age: -2 } }],
  ['a certificate for something else', { by: { purpose: '1.3.6.1.5.5.7.3.1' } }],
  ['an unlogged certificate', { by: { proofs: ['log', 'stamp'] } }],
  ['a certificate logged elsewhere', { root: { ctlogs: other.trustedRoot.ctlogs } }],
  ['no log entry', { by: { proofs: ['certificate log', 'stamp'] } }],
  ['a log entry of another log', { root: { tlogs: other.trustedRoot.tlogs } }],
  ['a log entry without promise and proof', { bundle: entry(({ inclusionPromise: _, inclusionProof: __, ...good }) => good) }],
  ['a time that no promise covers, and no stamp', { by: { proofs: ['certificate log', 'log'] }, bundle: entry(({ inclusionPromise: _, ...good }) => good) }],
  ['an empty promise, and no stamp', { by: { proofs: ['certificate log', 'log'] }, bundle: entry((good) => ({ ...good, inclusionPromise: null })) }],
  ['another time than the one promised', { bundle: entry((good) => ({ ...good, integratedTime: String(Math.floor(Date.now() / 1000) + 1) })) }],
  ['another place in the log', { bundle: entry((good) => ({ ...good, inclusionProof: { ...good.inclusionProof, logIndex: '1' } })) }],
  ['a checkpoint that was changed', { bundle: checkpoint((envelope) => envelope.replace('\n1\n', '\n2\n')) }],
  ['a checkpoint without a signature', { bundle: checkpoint((envelope) => envelope.slice(0, envelope.indexOf('\u2014'))) }],
  ['a checkpoint of a log that was retired', { bundle: entry(({ inclusionPromise: _, ...good }) => good), root: { tlogs: retired(tlogs) } }],
  ['a stamp of another authority', { root: { timestampAuthorities: other.trustedRoot.timestampAuthorities } }],
  ['a stamp of another signature', { bundle: material(() => ({ timestampVerificationData: another().timestampVerificationData })) }],
  ['a stamp that is none', { bundle: material(() => ({ timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }] } })) }],
  ['no stamp, where no log is trusted', { by: { proofs: ['certificate log'] }, root: NO_LOGS }],
  ['no proof of the time', { by: { proofs: ['certificate log'] }, root: { ctlogs, tlogs, ...NO_STAMPS } }],
  ['a certificate that is none', { bundle: material(() => ({ certificate: { rawBytes: 'MAA=' } })) }],
  ['a root that is no JSON', { root: '{' }],
  ['an empty root', { root: '{}' }],
  ['a root with a key twice', { root: JSON.stringify(sigstore.trustedRoot).replace('{', '{"tlogs":[],') }],
  ['a root without authorities', { root: { certificateAuthorities: [] } }],
  ['a root that can’t tell the time', { root: { ...NO_LOGS, ...NO_STAMPS } }],
  ['a root with a log that has no beginning', { root: { tlogs: withoutBeginning(tlogs) } }],
  ['a root with a log of certificates that has none', { root: { ctlogs: withoutBeginning(ctlogs) } }],
  ['a root with a key that is none', { root: { tlogs: tlogs.map((log) => ({ ...log, publicKey: { rawBytes: 'AAAA' } })), timestampAuthorities } }],
];

const WRONG: readonly (readonly [string, Case])[] = [
  ['other files', { statement: modelStatement(resourcesOf({ ...FILES, 'config.json': 'x' })) }],
  ['what is signed changed afterwards', { bundle: (good) => ({ ...good, dsseEnvelope: { ...good.dsseEnvelope, payload: TAMPERED } }) }],
  ['a log entry of another signature', { bundle: material(() => ({ tlogEntries: another().tlogEntries })) }],
  ['another certificate of the same signer', { by: { proofs: ['certificate log', 'log'] }, bundle: material(() => ({ certificate: another().certificate })) }],
  ['nine log entries', { bundle: material(({ tlogEntries }) => ({ tlogEntries: Array(9).fill(tlogEntries[0]) })) }],
  ['a log that is no list', { bundle: material(() => ({ tlogEntries: {} })) }],
  ['a checkpoint that hides such a name in a list', { bundle: checkpoint((envelope) => [envelope.replace(/\u2014 \S+/, '\u2014 (.+)+$')]) }],
  ['a checkpoint with ten thousand signatures', { bundle: checkpoint((envelope) => envelope + envelope.slice(envelope.indexOf('\u2014')).repeat(10_000)) }],
  ['a certificate of a megabyte', { bundle: material(() => ({ certificate: { rawBytes: 'A'.repeat(1_000_000) } })) }],
  ['a stamp of a megabyte', { bundle: material(() => ({ timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'A'.repeat(1_000_000) }] } })) }],
  ['a checkpoint by a name that is a pattern', { bundle: checkpoint((envelope) => envelope.replace(/\u2014 \S+/, '\u2014 (.+)+$')) }],
];

function checkpoint(change: (envelope: string) => unknown): NonNullable<Case['bundle']> {
  return entry((good) => {
    const { inclusionProof } = good;
    return { ...good, inclusionProof: { ...inclusionProof, checkpoint: { envelope: change(inclusionProof.checkpoint.envelope) } } };
  });
}

describe('signatures by identity', () => {
  it.each(LET_IN)('are let in: %s', async (_what, given) => expect(await ending(given)).toEqual({ code: 'done', message: '' }));
  it.each(UNTRUSTED)('are refused as untrusted: %s', async (_what, given) => expect(await ending(given)).toMatchObject({ code: 'E_UNTRUSTED' }));
  it.each(WRONG)('are refused as wrong: %s', async (_what, given) => expect(await ending(given)).toMatchObject({ code: 'E_INTEGRITY' }));
});
