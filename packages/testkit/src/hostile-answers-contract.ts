import { type ErrorCode, type Http, isIlabError, type Registry, type RemoteReference } from '@ilab/core';
import { expect, it } from 'vitest';
import { collect } from './collect.ts';
import { digestOf } from './digest-of.ts';
import { type Ending, endingOf } from './ending.ts';
import { DIGESTS, ELSEWHERE, leadingElsewhere, NONSENSE, PATHS, SIZES, withDigests, withPaths, withSizes } from './hostile-answers.ts';
import type { RegistryUnderTest } from './registry-contract.ts';
import { expectSoundSnapshot } from './sound-snapshot.ts';
import { constantHttp, endlessHttp, responseOf, spoiledHttp } from './http/spoiled-http.ts';

/** How long an adapter may think of nonsense, in milliseconds. */
const PATIENCE = 10_000;
/** Bytes that an adapter may take of answers without an end. */
const MOST = 128 * 1024 * 1024;

const NO_ANSWER: readonly ErrorCode[] = ['E_REGISTRY', 'E_NETWORK', 'E_NOT_A_MODEL', 'E_NOT_FOUND', 'E_INTEGRITY', 'E_UNAUTHORIZED', 'E_FORBIDDEN'];
const REFUSALS: readonly (readonly [number, readonly ErrorCode[]])[] = [
  [401, ['E_UNAUTHORIZED', 'E_NOT_FOUND', 'E_FORBIDDEN']],
  [403, ['E_FORBIDDEN', 'E_UNAUTHORIZED', 'E_NOT_FOUND']],
  [500, ['E_REGISTRY', 'E_NETWORK']],
  [503, ['E_REGISTRY', 'E_NETWORK']],
];

type Make = () => Promise<RegistryUnderTest>;
type Skip = (why: string) => never;

/** What a registry promises where its server lies, breaks, or talks without end; tried where {@link RegistryUnderTest.behind} says how. */
export function hostileAnswersContract(make: Make): void {
  lyingContract(make);
  failingContract(make);

  it('takes no more of an answer without an end than it can hold', async ({ skip }) => {
    const { reference, open } = await behind(make, skip);
    const { http, taken } = endlessHttp();
    expectError(await endingOf((await open(() => http)).resolve(reference, {}), PATIENCE), NO_ANSWER);
    expect(taken(), 'bytes that were taken').toBeLessThanOrEqual(MOST);
  });

  it('takes no credential to a host that its server names', async ({ skip }) => {
    const { reference, open } = await behind(make, skip);
    const told: string[] = [];
    const registry = await open((http) => spoiledHttp(listening(http, told), leadingElsewhere()));
    await endingOf(everything(registry, reference, told), PATIENCE);
    expect(told).toEqual([]);
  });
}

function lyingContract(make: Make): void {
  it.for(PATHS.map((path) => [path.slice(0, 20), path] as const))('takes no file at %j from its server', async ([, path], { skip }) => {
    const { reference, open, honest } = await behind(make, skip);
    const registry = await open((http) => spoiledHttp(http, withPaths(honest, path)));
    expectRefusedOrSound(await endingOf(registry.resolve(reference, {}), PATIENCE), reference);
  });

  it.for(DIGESTS.map((digest) => [digest]))('takes no hash that is %j from its server', async ([digest = ''], { skip }) => {
    const { reference, open, honest } = await behind(make, skip);
    const registry = await open((http) => spoiledHttp(http, withDigests(honest, digest)));
    expectRefusedOrSound(await endingOf(registry.resolve(reference, {}), PATIENCE), reference);
  });

  it.for(SIZES.map((size) => [size]))('takes no size that is %s from its server', async ([size = ''], { skip }) => {
    const { reference, open, honest } = await behind(make, skip);
    const registry = await open((http) => spoiledHttp(http, withSizes(honest, size)));
    expectRefusedOrSound(await endingOf(registry.resolve(reference, {}), PATIENCE), reference);
  });

  it.for(NONSENSE)('takes %s for no answer', async ([, text], { skip }) => {
    const { reference, open } = await behind(make, skip);
    const registry = await open(() => constantHttp({ status: 200, headers: {}, text }));
    expectError(await endingOf(registry.resolve(reference, {}), PATIENCE), NO_ANSWER);
    if (registry.versions) expectErrorOrNothing(await endingOf(versionsOf(registry, reference), PATIENCE));
  });
}

function failingContract(make: Make): void {
  it.for(REFUSALS)('says what %i means', async ([status, codes], { skip }) => {
    const { reference, open } = await behind(make, skip);
    const registry = await open(() => constantHttp({ status, headers: {}, text: '{}' }));
    expectError(await endingOf(registry.resolve(reference, {}), PATIENCE), codes);
    if (registry.versions) expectError(await endingOf(versionsOf(registry, reference), PATIENCE), codes);
  });

  it('brings, from where it locates them, the very bytes that it promised', async ({ skip }) => {
    const { open, honest } = await behind(make, skip);
    let server: Http | undefined;
    const registry = await open((http) => (server = http));
    for (const { blob } of [...honest.files, ...honest.archives].filter((one) => one.blob.size <= 1024 * 1024).slice(0, 3)) {
      const { url, headers } = await registry.locate({ snapshot: honest, blob }, {});
      const { status, body } = (await server?.request({ url, headers }, {})) ?? expect.fail('it has a server');
      expect(status, url).toBe(200);
      expect(body.length, `bytes at ${url}`).toBe(blob.size);
      expect(digestOf(body, blob.digest), `what is at ${url}`).toBe(blob.digest);
    }
  });
}

/** The registry of the suite, and how to have it before another server. */
async function behind(make: Make, skip: Skip) {
  const { behind: open, reference, registry } = await make();
  if (!open) return skip('the suite was not told how to put this registry before another server');
  return { open, reference, honest: await registry.resolve(reference, {}) };
}

function expectError({ how, ...ending }: Ending, codes: readonly ErrorCode[]): void {
  const error = 'error' in ending ? ending.error : undefined;
  if (how !== 'threw' || !isIlabError(error)) return expect.fail(`it ${how} without an IlabError: ${String(error)}`);
  expect(codes).toContain(error.code);
}

function expectErrorOrNothing(ending: Ending): void {
  if (ending.how === 'returned') expect(ending.value).toEqual([]);
  else expectError(ending, NO_ANSWER);
}

function expectRefusedOrSound(ending: Ending, reference: RemoteReference): void {
  if (ending.how === 'returned') expectSoundSnapshot(ending.value as Parameters<typeof expectSoundSnapshot>[0], reference);
  else expectError(ending, NO_ANSWER);
}

const SECRETS = /^(?:authorization|cookie|proxy-authorization|x-.*(?:token|key|secret).*)$/i;

/** Answers for the other host itself, with nothing, and notes who comes with a credential. */
function listening(http: Http, told: string[]): Http {
  const isElsewhere = (url: string, headers: Readonly<Record<string, string>> = {}): boolean => {
    if (!url.startsWith(ELSEWHERE)) return false;
    told.push(...Object.keys(headers).filter((name) => SECRETS.test(name)));
    return true;
  };
  const nothing = { status: 404, headers: {}, text: '{}' };
  return {
    request: async (request, options) => (isElsewhere(request.url, request.headers) ? responseOf(nothing, request.url) : http.request(request, options)),
    stream: async (request, options) =>
      isElsewhere(request.url, request.headers) ? constantHttp(nothing).stream(request, options) : http.stream(request, options),
  };
}

/** Has a registry follow wherever its server leads; where a blob is said to be counts as a request. */
async function everything(registry: Registry, reference: RemoteReference, told: string[]): Promise<void> {
  const snapshot = await registry.resolve(reference, {});
  for (const { blob } of snapshot.files.slice(0, 3)) {
    const { url, headers } = await registry.locate({ snapshot, blob }, {});
    if (url.startsWith(ELSEWHERE)) told.push(...Object.keys(headers).filter((name) => SECRETS.test(name)));
  }
  await versionsOf(registry, reference);
}

async function versionsOf(registry: Registry, { host, repository }: RemoteReference): Promise<readonly unknown[]> {
  return registry.versions ? collect(registry.versions({ source: registry.source, host, repository }, {})) : [];
}
