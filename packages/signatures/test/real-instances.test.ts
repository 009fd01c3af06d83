import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignerIdentity } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { type Bundle, preAuthEncoding, readBundle } from '../src/bundle.ts';
import { verifyIdentity } from '../src/identity.ts';
import { readTrustedRoot } from '../src/trusted-root.ts';

interface Vector {
  readonly artifact: string;
  readonly identity: SignerIdentity;
  readonly bundle: object;
  readonly trustedRoot: object;
}

function read(name: string): Vector {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Vector;
}

async function verify({ artifact, identity, bundle, trustedRoot }: Vector): Promise<SignerIdentity> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-real-'));
  try {
    await writeFile(join(home, 'root.json'), JSON.stringify(trustedRoot));
    const parsed: Bundle = readBundle(Buffer.from(JSON.stringify(bundle)));
    const data = parsed.content.kind === 'dsse' ? preAuthEncoding(parsed.content) : Buffer.from(artifact);
    return verifyIdentity(parsed, { identities: [identity], root: await readTrustedRoot(join(home, 'root.json')), data });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe.each(['public-instance', 'staging-rekor-2'])('a signature of the instance “%s”', (name) => {
  const vector = read(name);
  const other = read(name === 'public-instance' ? 'staging-rekor-2' : 'public-instance');

  it('is let in', async () => {
    expect(await verify(vector)).toEqual(vector.identity);
  });

  it.each<[string, Partial<Vector>]>([
    ['of somebody else', { identity: { ...vector.identity, subject: vector.identity.subject.replace('/main', '/mai') } }],
    ['under the root of another instance', { trustedRoot: other.trustedRoot }],
    ['of something else', name === 'public-instance' ? { artifact: `${vector.artifact} ` } : { bundle: other.bundle }],
  ])('is refused where it is expected to be %s', async (_what, change) => {
    await expect(verify({ ...vector, ...change })).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?:UNTRUSTED|INTEGRITY)$/) });
  });
});
