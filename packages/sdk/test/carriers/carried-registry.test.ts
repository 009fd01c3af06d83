import type { BlobLocation, Digest, ErrorCode, FailedLocation, LocateOptions, Registry } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { createCarriers } from '../../src/carriers/carried-registry.ts';
import type { Carrier } from '../../src/carriers/open-carriers.ts';

const CARRIER: Carrier = {
  name: 'dragonfly',
  address: 'http://127.0.0.1:4001',
  headers: { 'x-registry': '{origin}' },
  least: 10,
  trustedHosts: ['trusted.example'],
};
const OWN = 'http://127.0.0.1:4001';

/** A registry that says this of every blob. */
function scene(location: BlobLocation, carriers: readonly Carrier[] = [CARRIER], digest: Digest = `sha256:${'a'.repeat(64)}`) {
  const warnings: string[] = [];
  const asked: LocateOptions[] = [];
  const registry: Registry = {
    source: 'x',
    capabilities: { versions: false },
    resolve: () => Promise.reject(new Error('nothing is resolved')),
    locate: async (_request, options) => {
      asked.push(options);
      return location;
    },
  };
  const carried = createCarriers(carriers, { warn: (text) => void warnings.push(text), info() {}, debug() {} }).through(registry);
  const blob = { id: 'a', size: 100, digest };
  const snapshot = { source: 'x', host: 'x', repository: 'y', revision: 'z' };
  return {
    warnings,
    asked,
    locate: (failed: readonly FailedLocation[] = [], size = blob.size) =>
      carried.locate({ snapshot, blob: { ...blob, size } }, failed.length > 0 ? { failed } : {}),
  };
}

const at = (url: string, headers: BlobLocation['headers'] = {}): BlobLocation => ({ url, headers });
const failed = (code: ErrorCode, url = `${OWN}/a/b`): FailedLocation => ({ url, code });

describe('where a file is to be had through a carrier', () => {
  it('is its own path at the carrier, which is told of its origin, and that there is another place', async () => {
    const { locate } = scene({ ...at('https://files.example:8443/a/b%20c'), expires: 7 });
    expect(await locate()).toEqual({ url: `${OWN}/a/b%20c`, headers: { 'x-registry': 'https://files.example:8443' }, expires: 7, more: true });
  });

  it('has no credential in it, unless the user trusts the carrier with those of that host', async () => {
    const secret = { authorization: 'Bearer secret', 'x-amz-security-token': 'secret' };
    expect(JSON.stringify(await scene(at('https://files.example/a/b', secret)).locate())).not.toContain('secret');
    expect(await scene(at('https://trusted.example/a/b', secret)).locate()).toMatchObject({ url: `${OWN}/a/b`, headers: secret });
    expect((await scene(at('https://files.example/a/b', { ...secret, 'if-match': '"state"' })).locate()).headers).toEqual({
      'if-match': '"state"',
      'x-registry': 'https://files.example',
    });
  });

  it('is the registry’s own where the address is a secret itself, or means this machine', async () => {
    for (const url of ['https://files.example/a?Signature=secret', 'http://127.0.0.1:5000/a', 'http://localhost/a', 'http://[::1]:5000/a']) {
      expect(await scene(at(url)).locate()).toEqual(at(url));
    }
    expect(await scene(at('https://trusted.example/a?Signature=x')).locate()).toMatchObject({ url: `${OWN}/a?Signature=x` });
  });

  it('lets no registry tell the daemon anything', async () => {
    const told = { 'X-Registry': 'https://evil.example', 'X-Dragonfly-Output-Path': '/etc/passwd', authorization: 'Bearer x' };
    const { headers } = await scene(at('https://trusted.example/a', told)).locate();
    expect(headers).toEqual({ authorization: 'Bearer x', 'x-registry': 'https://trusted.example' });
  });

  it('is the registry’s own for small files, and for addresses that are none', async () => {
    expect(await scene(at('https://files.example/a')).locate([], 9)).toEqual(at('https://files.example/a'));
    expect(await scene(at('no address')).locate()).toEqual(at('no address'));
  });

  it('is the registry’s own where nothing proves the bytes', async () => {
    const location = at('https://trusted.example/a');
    expect(await scene(location, [CARRIER], `etag:${'a'.repeat(64)}`).locate()).toBe(location);
    expect(await scene(location, [CARRIER], `md5:${'a'.repeat(32)}`).locate()).not.toBe(location);
  });

  it('is nothing else where there is no carrier', async () => {
    const location = at('https://files.example/a');
    expect(await scene(location, []).locate()).toBe(location);
  });
});

describe('a file that a carrier did not bring', () => {
  const files = at('https://files.example/a/b', { authorization: 'secret' });

  it('comes from where it is, and its registry hears nothing of it', async () => {
    const { locate, asked } = scene({ ...files, more: true });
    const own = failed('E_NOT_FOUND', 'https://files.example/a/b');
    expect(await locate([failed('E_REGISTRY'), own])).toEqual({ ...files, more: true });
    expect(asked).toEqual([{ failed: [own] }]);
  });

  it.each<[ErrorCode, RegExp]>([
    ['E_NETWORK', /dragonfly at http:\/\/127\.0\.0\.1:4001 does not answer/],
    ['E_INTEGRITY', /sends other bytes/],
  ])('because of %s is told of once, and is the last that it is asked for', async (code, says) => {
    const { locate, warnings } = scene(files);
    const one = failed(code);
    for (let time = 0; time < 3; time++) expect(await locate([one])).toEqual(files);
    expect(await locate([failed(code)])).toEqual(files);
    expect(await locate()).toEqual(files);
    expect(warnings).toEqual([expect.stringMatching(says)]);
  });

  it('for another reason costs it its place the third time', async () => {
    const { locate, warnings } = scene(files);
    for (let time = 0; time < 2; time++) await locate([failed('E_REGISTRY')]);
    expect((await locate()).url).toBe(`${OWN}/a/b`);
    await locate([failed('E_REGISTRY')]);
    expect((await locate()).url).toBe(files.url);
    expect(warnings).toHaveLength(1);
  });

  it('because it was asked without credentials is no fault of its, and that host is asked directly from then on', async () => {
    const { locate, warnings } = scene(files);
    expect(await locate([failed('E_UNAUTHORIZED')])).toEqual(files);
    expect(await locate()).toEqual(files);
    expect(warnings).toEqual([]);
  });
});
