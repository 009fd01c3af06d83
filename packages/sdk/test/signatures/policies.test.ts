import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactOf, blobsFetched, endOf, FILES, KEYS, REQUIRE, signed, signedWorld } from './signed-world.ts';

describe('a policy that requires a signature', () => {
  it.each(Object.keys(KEYS) as (keyof typeof KEYS)[])('lets what is signed by a trusted key in: %s', async (name) => {
    await using world = await signedWorld({ files: signed(FILES, KEYS[name]), signatures: [{ ...REQUIRE, keys: [`${name}.pem`] }] });
    for (const reference of [world.reference, 'hf://acme/model:v1']) {
      const { files, path } = await world.ilab.models.download({ reference });
      expect([...files].sort()).toEqual(['config.json', 'model.sig', 'sub/model.safetensors']);
      expect((await world.ilab.models.resolve({ reference })).path).toBe(path);
    }
    expect(world.warnings).toEqual([]);
  });

  it.each(['registry', 'hub'])('fetches no weights of what is not signed, and leaves nothing of it: %s', async (side) => {
    await using world = await signedWorld({ files: FILES });
    const reference = side === 'hub' ? 'hf://acme/model:v1' : world.reference;
    const { code, message } = await endOf(world.ilab, reference);
    expect(code).toBe('E_UNTRUSTED');
    expect(message).toContain('not signed');
    expect(blobsFetched(world.hub)).toEqual([]);
    expect(await world.ilab.models.list()).toMatchObject({ models: [], broken: [] });
  });

  it.each(['registry', 'hub'])('fetches the signature and small files, and no weights, of what is signed wrongly: %s', async (side) => {
    const files = signed();
    await using world = await signedWorld({ files: { ...files, 'config.json': '{"evil": true}' } });
    const { code } = await endOf(world.ilab, side === 'hub' ? 'hf://acme/model:v1' : world.reference);
    expect(code).toBe('E_INTEGRITY');
    const weights = artifactOf(files).blobs.find(({ size }) => size === 'weights'.length)?.sha256 ?? '?';
    expect(blobsFetched(world.hub).filter((url) => url.includes(weights) || url.includes('safetensors'))).toEqual([]);
    expect(await world.ilab.models.list()).toMatchObject({ models: [], broken: [] });
  });

  it('does not even fetch a signature that is far too large to be one', async () => {
    await using world = await signedWorld({ files: { ...FILES, 'model.sig': new Uint8Array(17 * 1024 * 1024) } });
    expect(await endOf(world.ilab, world.reference)).toMatchObject({ code: 'E_INTEGRITY', message: expect.stringContaining('17825792 bytes') });
    expect(blobsFetched(world.hub)).toEqual([]);
  });

  it('holds for a revision that is asked for by its digest, and for parts of a model', async () => {
    const files = signed();
    await using world = await signedWorld({ files });
    const digest = `sha256:${artifactOf(files).manifest.sha256}`;
    const part = await world.ilab.models.download({ reference: `${world.hub.host}/acme/model@${digest}`, include: ['config.json'] });
    expect(part.files).toEqual(['config.json', 'model.sig']);
    expect(await readdir(part.path)).not.toContain('sub');
  });

  it('is not asked twice of what it let in, and asks again of what comes later', async () => {
    await using world = await signedWorld();
    await world.ilab.models.download({ reference: world.reference, include: ['config.json'] });
    await world.ilab.models.download({ reference: world.reference });
    const stranger = await world.under([{ ...REQUIRE, keys: ['stranger.pem'] }]);
    const before = blobsFetched(world.hub).length;
    expect((await endOf(stranger, world.reference)).code).toBe('E_UNTRUSTED');
    expect(blobsFetched(world.hub)).toHaveLength(before);
  });

  it('refuses to use what came before it, until it was checked', async () => {
    await using world = await signedWorld({ signatures: [] });
    const { path } = await world.ilab.models.download({ reference: world.reference });
    const strict = await world.under([REQUIRE]);
    for (const reference of [world.reference, path]) {
      await expect(strict.models.resolve({ reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED', hint: expect.stringContaining('ilab model download') });
    }
    expect(await strict.models.download({ reference: world.reference })).toMatchObject({ fetched: 0 });
    expect((await strict.models.resolve({ reference: world.reference })).path).toBe(path);
    const other = await world.under([{ ...REQUIRE, keys: ['stranger.pem'] }]);
    await expect(other.models.resolve({ reference: world.reference })).rejects.toMatchObject({ code: 'E_UNTRUSTED' });
    // What was here before stays, and is not used.
    expect((await endOf(other, world.reference)).code).toBe('E_UNTRUSTED');
    expect((await other.models.list()).models).toHaveLength(1);
  });

  it('holds for a plain directory, and takes back what it put there', async () => {
    await using world = await signedWorld({ files: { ...signed(), 'config.json': 'x', 'more/modeling.py': 'import os' } });
    const destination = join(world.home, 'plain');
    await mkdir(destination);
    await writeFile(join(destination, 'mine'), 'mine');
    // Of the Hub’s small files only a Git hash is known, so they come before the signature can be checked.
    await expect(world.ilab.models.download({ reference: 'hf://acme/model:v1', destination })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    expect(await readdir(destination)).toEqual(['mine']);
    await using good = await signedWorld();
    expect(await good.ilab.models.download({ reference: good.reference, destination })).toMatchObject({ path: destination });
    expect((await readdir(destination)).sort()).toEqual(['config.json', 'mine', 'model.sig', 'sub']);
  });
});

describe('a policy that warns', () => {
  it('says once what is wrong, and goes on', async () => {
    await using world = await signedWorld({ files: FILES, signatures: [{ ...REQUIRE, mode: 'warn' }] });
    await world.ilab.models.download({ reference: world.reference });
    expect(world.warnings).toEqual([`${world.reference} is not signed.`]);
    expect((await world.ilab.models.resolve({ reference: world.reference })).downloaded).toBe(false);
    await using wrong = await signedWorld({ files: { ...signed(), extra: 'x' }, signatures: [{ ...REQUIRE, mode: 'warn' }] });
    await wrong.ilab.models.download({ reference: wrong.reference });
    expect(wrong.warnings).toEqual([expect.stringContaining('extra')]);
  });
});

describe('policies', () => {
  it.each<[string, readonly object[], string]>([
    ['the first that fits decides', [{ match: '**/acme/*', mode: 'off' }, REQUIRE], 'done'],
    ['one that does not fit does nothing', [{ ...REQUIRE, match: 'quay.io' }], 'done'],
    ['a host alone stands for all of it', [{ ...REQUIRE, match: '127.0.0.1:*' }], 'E_UNTRUSTED'],
    ['letter case makes no difference', [{ ...REQUIRE, match: '*/ACME/Model' }], 'E_UNTRUSTED'],
    ['a star is one name', [{ ...REQUIRE, match: '*/*' }], 'done'],
  ])('%s', async (_what, signatures, code) => {
    await using world = await signedWorld({ files: FILES, signatures });
    expect((await endOf(world.ilab, world.reference)).code).toBe(code);
  });

  it.each(['acme/model:v1', 'hf://acme/model@v1', 'huggingface.co/acme/model:v1', 'HuggingFace.co/acme/model/v1', 'https://huggingface.co/acme/model/tree/v1'])(
    'hold however a model is written: %s',
    async (reference) => {
      await using world = await signedWorld({ files: FILES, signatures: [{ ...REQUIRE, match: 'huggingface.co/acme/*' }] });
      expect((await endOf(world.ilab, reference)).code).toBe('E_UNTRUSTED');
    },
  );

  it.each<[string, object, string]>([
    ['nobody to trust', { match: 'a', mode: 'require' }, 'models.signatures.0'],
    ['an unknown key', { ...REQUIRE, key: 'a' }, 'models.signatures.0'],
    ['no mode', { match: 'a', keys: ['a'] }, 'models.signatures.0.mode'],
    ['identities without a root', { match: 'a', mode: 'warn', identities: [{ issuer: 'i', subject: 's' }] }, 'trusted_root'],
    ['a pattern for an identity', { ...REQUIRE, identities: [{ issuer: 'i', subject: '*@acme.example' }], trusted_root: 'r' }, 'exactly'],
    ['a scheme', { ...REQUIRE, match: 'hf://a/b' }, 'models.signatures.0.match'],
  ])('are refused with %s', async (_what, policy, said) => {
    await using world = await signedWorld();
    await expect(world.under([policy])).rejects.toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringContaining(said) });
  });
});

describe('a policy that can’t be read', () => {
  const pem = (label: string): string => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ type: 'spki', format: 'pem' });

  it.each<[string, string | Buffer | undefined, string]>([
    ['that is not there', undefined, 'ENOENT'],
    ['that is empty', '', 'no public key'],
    ['that is no PEM', 'ssh-ed25519 AAAA', 'no public key'],
    ['that is a private key', KEYS.trusted.privateKey.export({ type: 'pkcs8', format: 'pem' }), 'no public key'],
    ['that is a certificate', pem('CERTIFICATE'), 'no public key'],
    ['that can’t be a key', pem('PUBLIC KEY'), 'no public key'],
    ['that is two keys', KEYS.trusted.publicPem + KEYS.stranger.publicPem, 'no public key'],
    ['that is an RSA key of 1024 bits', weak, 'RSA from 2048'],
    ['that is on another curve', curve, 'P-256'],
    ['that is far too large', Buffer.alloc(5e6), 'at most'],
  ])('trusts nobody, even beside a good key: a file %s', async (_what, content, says) => {
    await using world = await signedWorld({ signatures: [{ ...REQUIRE, keys: ['trusted.pem', 'odd.pem'] }] });
    if (content !== undefined) await writeFile(join(world.home, 'odd.pem'), content);
    const { code, message } = await endOf(world.ilab, world.reference);
    expect(code).toBe('E_UNTRUSTED');
    expect(message).toContain(says);
    expect(message).toContain('odd.pem');
  });

  it('is not waited for where it is a pipe', async () => {
    await using world = await signedWorld({ signatures: [{ ...REQUIRE, keys: ['pipe.pem'] }] });
    execFileSync('mkfifo', [join(world.home, 'pipe.pem')]);
    expect((await endOf(world.ilab, world.reference)).code).toBe('E_UNTRUSTED');
  });
});
