import { type Credential, type Http, type HttpRequest, type HttpResponse, IlabError } from '@ilab/core';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { createHttp } from '@ilab/transfer';
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteRegistries, type MirrorEntry, type RegistryEntry, type RemoteRegistries } from '../src/index.ts';

const http = createHttp({ userAgent: 'test', env: {} });
const closing: Hub[] = [];
afterEach(async () => {
  for (const hub of closing.splice(0)) await hub.close();
});

async function hub(repository: string, versions: Record<string, string>, access?: Parameters<typeof startHub>[0]['access']): Promise<Hub> {
  const models = [{ repository, versions: new Map(Object.entries(versions).map(([tag, text]) => [tag, snapshotOf({ 'a.txt': text })])) }];
  const started = await startHub({ models, ...(access && { access }) });
  closing.push(started);
  return started;
}

type Setup = { readonly entry: Partial<RegistryEntry> & { readonly prefix: string }; readonly credentials?: Readonly<Record<string, Credential>> };
const warnings: string[] = [];

function remote({ entry, credentials = {} }: Setup): RemoteRegistries {
  const whole = { location: entry.prefix, insecure: false, blocked: false, mirrors: [], file: '/etc/registries.conf', ...entry };
  const logger = { debug() {}, info() {}, warn: (text: string) => void warnings.push(text) };
  warnings.splice(0);
  return createRemoteRegistries({
    http,
    logger,
    credentials: { find: async (host) => credentials[host] },
    configuration: async () => ({ entries: [whole], search: [], aliases: {}, files: [] }),
  });
}

const mirror = (location: string, use: MirrorEntry['use'] = 'all'): MirrorEntry => ({ location, insecure: false, use });
const NOBODY = '127.0.0.1:1';
const paths = ({ requests }: Hub): readonly string[] => requests.map(({ url }) => url);
const nothing = `sha256:${'0'.repeat(64)}` as const;

describe('a repository with mirrors', () => {
  it('is read from the first, and goes by its own name', async () => {
    const first = await hub('cache/acme/model', { v1: 'same' });
    const pulls = await remote({ entry: { prefix: NOBODY, mirrors: [mirror(`${first.host}/cache`)] } }).pulls({ host: NOBODY, repository: 'acme/model' }, {});
    expect(pulls).toMatchObject({ host: NOBODY, repository: 'acme/model' });
    const { digest } = await pulls.manifest('v1', {});
    expect((await pulls.resolve('v1', {})).digest).toBe(digest);
    expect((await pulls.manifest(digest, {})).digest).toBe(digest);
    expect(await Array.fromAsync(pulls.tags({}))).toEqual(['v1']);
    expect(warnings).toEqual([]);
  });

  it('is read from the next where one does not have it, and from itself in the end', async () => {
    const [first, second, itself] = [await hub('other', {}), await hub('acme/model', { v1: 'x' }), await hub('acme/model', { v1: 'x', v2: 'y' })];
    const entry = { prefix: itself.host, mirrors: [mirror(first.host), mirror(second.host)] };
    const pulls = await remote({ entry }).pulls({ host: itself.host, repository: 'acme/model' }, {});
    await pulls.manifest('v1', {});
    expect(paths(itself).filter((path) => path.includes('manifests'))).toEqual([]);
    await pulls.manifest('v2', {});
    await expect(pulls.manifest('v3', {})).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining(itself.host),
      details: { versions: ['v1', 'v2'] },
    });
    expect(await Array.fromAsync(pulls.tags({}))).toEqual(['v1', 'v2']);
    expect(warnings).toEqual([]);
  });

  it('is told once of a mirror that can’t be used, and which is then left alone', async () => {
    const itself = await hub('acme/model', { v1: 'x' });
    const closed = await hub('acme/model', { v1: 'x' }, { registry: 'basic', users: { ada: 'secret' } });
    const entry = { prefix: itself.host, mirrors: [mirror(NOBODY), mirror(closed.host)] };
    const pulls = await remote({ entry }).pulls({ host: itself.host, repository: 'acme/model' }, {});
    for (let times = 0; times < 3; times++) await pulls.manifest('v1', {});
    expect(warnings).toEqual([expect.stringContaining(NOBODY), expect.stringContaining(closed.host)]);
    expect(paths(closed).filter((path) => path.includes('manifests'))).toHaveLength(1);
  });

  it('takes mirrors for tags or for digests only, where it is said so', async () => {
    const [tags, digests, itself] = [await hub('a/b', { v1: 'tagged' }), await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x' })];
    const entry = { prefix: itself.host, mirrors: [mirror(tags.host, 'tag-only'), mirror(digests.host, 'digest-only')] };
    const pulls = await remote({ entry }).pulls({ host: itself.host, repository: 'a/b' }, {});
    const { digest } = await pulls.manifest('v1', {});
    expect([tags, digests, itself].map((one) => paths(one).length > 0)).toEqual([true, false, false]);
    // The mirror for digests does not have what the other one said.
    await expect(pulls.manifest(digest, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(paths(tags).filter((path) => path.includes('sha256'))).toEqual([]);
    expect(paths(digests).some((path) => path.includes(digest))).toBe(true);
  });

  it('gives each place its own credentials, and no other’s', async () => {
    const users = { ada: 'secret', mia: 'other' };
    const [first, itself] = [await hub('a/b', {}, { registry: 'basic', users }), await hub('a/b', { v1: 'x' }, { registry: 'basic', users })];
    const credentials = {
      [first.host]: { kind: 'basic', username: 'mia', password: 'other' },
      [itself.host]: { kind: 'basic', username: 'ada', password: 'secret' },
    } as const;
    const pulls = await remote({ entry: { prefix: itself.host, mirrors: [mirror(first.host)] }, credentials }).pulls(
      { host: itself.host, repository: 'a/b' },
      {},
    );
    await pulls.manifest('v1', {});
    const secrets = ({ requests }: Hub): ReadonlySet<string | undefined> => new Set(requests.map(({ headers }) => headers.authorization));
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(secrets(first)).toEqual(new Set([undefined, basic('mia:other')]));
    expect(secrets(itself)).toEqual(new Set([undefined, basic('ada:secret')]));
  });

  it('is written to at its own place, under its own name', async () => {
    const [first, itself] = [await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x' })];
    const registries = remote({ entry: { prefix: itself.host, location: first.host, mirrors: [mirror(first.host)] } });
    const repository = await registries.repository({ host: itself.host, repository: 'a/b' }, {});
    await repository.manifest('v1', {});
    expect(paths(first)).toEqual([]);
  });

  it('says of its tags what it says itself, and mirrors say it only when it can’t be reached', async () => {
    const [first, itself] = [await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x', v2: 'y' })];
    const tagsOf = async (host: string, mirrors: readonly MirrorEntry[]): Promise<readonly string[]> =>
      Array.fromAsync((await remote({ entry: { prefix: host, mirrors } }).pulls({ host, repository: 'a/b' }, {})).tags({}));
    expect(await tagsOf(itself.host, [mirror(first.host)])).toEqual(['v1', 'v2']);
    expect(await tagsOf(NOBODY, [mirror(first.host, 'digest-only'), mirror(first.host)])).toEqual(['v1']);
    await expect(tagsOf(NOBODY, [mirror(first.host, 'digest-only')])).rejects.toMatchObject({ code: 'E_NETWORK', message: expect.stringContaining(NOBODY) });
  });
});

/** Registries behind a client that only notes what it is asked. */
function watched(
  mirrors: readonly MirrorEntry[],
  answer: (url: URL) => HttpResponse | undefined,
): { readonly registries: RemoteRegistries; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const client: Http = {
    request: async (request) => {
      asked.push(request);
      const answered = answer(new URL(request.url));
      if (answered) return answered;
      throw new IlabError('E_NETWORK', `${new URL(request.url).host}: no answer in time.`, { retryable: true });
    },
    stream: () => Promise.reject(new Error('not asked for')),
  };
  const entry = { location: 'quay.example', prefix: 'quay.example', insecure: false, blocked: false, file: 'x', mirrors };
  const configuration = async () => ({ entries: [entry], search: [], aliases: {}, files: [] });
  return { asked, registries: createRemoteRegistries({ http: client, credentials: { find: async () => undefined }, configuration }) };
}

const AT = { host: 'quay.example', repository: 'a/b' };

describe('a mirror that is silent', () => {
  it('is asked one question, soon to be answered and not asked again, and holds nobody up', async () => {
    const { registries, asked } = watched([mirror('m.example')], () => undefined);
    const pulls = await registries.pulls(AT, {});
    for (let times = 0; times < 2; times++) await expect(pulls.manifest('v1', {})).rejects.toMatchObject({ message: expect.stringContaining('quay.example') });
    expect(asked.map(({ url, once }) => [url, once])).toEqual([
      ['https://m.example/v2/', true],
      ['https://quay.example/v2/a/b/manifests/v1', undefined],
      ['https://quay.example/v2/a/b/manifests/v1', undefined],
    ]);
    expect(asked[0]?.answerWithin).toBeLessThanOrEqual(5000);
  });
});

describe('a mirror over plain HTTP', () => {
  const plain = (url: URL): HttpResponse | undefined =>
    url.protocol === 'http:' ? { status: 404, headers: {}, url: url.href, body: new Uint8Array(), text: () => '', json: () => ({}) } : undefined;

  it.each([true, false])('is asked so only where it is called insecure: %s', async (insecure) => {
    const { registries, asked } = watched([{ ...mirror('m.example'), insecure }], plain);
    const pulls = await registries.pulls(AT, {});
    await expect(pulls.manifest('v1', {})).rejects.toMatchObject({ message: expect.stringContaining('quay.example') });
    expect(asked.some(({ url }) => url.startsWith('http://m.example/'))).toBe(insecure);
    expect(asked.some(({ url }) => url.startsWith('http://quay.example/'))).toBe(false);
  });
});

describe('a blob with mirrors', () => {
  it('is at the first, then at the next, then at the repository itself', async () => {
    const [first, second, itself] = [await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x' })];
    const entry = { prefix: itself.host, mirrors: [mirror(first.host), mirror(second.host)] };
    const pulls = await remote({ entry }).pulls({ host: itself.host, repository: 'a/b' }, {});
    const failed: { url: string; code: 'E_NOT_FOUND' }[] = [];
    for (const { host, more } of [{ host: first.host, more: true }, { host: second.host, more: true }, { host: itself.host }]) {
      const location = await pulls.blob(nothing, { failed });
      expect({ host: new URL(location.url).host, ...(location.more && { more: true }) }).toEqual({ host, ...(more && { more }) });
      failed.push({ url: location.url, code: 'E_NOT_FOUND' });
    }
    // Other blobs may be there all the same.
    expect(new URL((await pulls.blob(nothing, {})).url).host).toBe(first.host);
    expect(warnings).toEqual([]);
  });

  it('is not looked for again where others broke, nor where nobody is', async () => {
    const [first, itself] = [await hub('a/b', { v1: 'x' }), await hub('a/b', { v1: 'x' })];
    const entry = { prefix: itself.host, mirrors: [mirror(NOBODY), mirror(first.host)] };
    const pulls = await remote({ entry }).pulls({ host: itself.host, repository: 'a/b' }, {});
    const { url, more } = await pulls.blob(nothing, {});
    expect([new URL(url).host, more]).toEqual([first.host, true]);
    await pulls.blob(nothing, { failed: [{ url, code: 'E_REGISTRY' }] });
    const other = await pulls.blob(`sha256:${'1'.repeat(64)}`, {});
    expect([new URL(other.url).host, other.more]).toEqual([itself.host, undefined]);
    expect(warnings).toHaveLength(2);
  });
});

describe('what is blocked', () => {
  it('is neither read nor written, and nobody is asked', async () => {
    const itself = await hub('a/b', { v1: 'x' });
    const registries = remote({ entry: { prefix: `${itself.host}/a`, blocked: true } });
    for (const open of [registries.pulls, registries.repository]) {
      await expect(open({ host: itself.host, repository: 'a/b' }, {})).rejects.toMatchObject({
        code: 'E_FORBIDDEN',
        message: expect.stringContaining('/etc/registries.conf'),
      });
    }
    expect(paths(itself)).toEqual([]);
  });
});
