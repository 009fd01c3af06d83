import { type Http, isIlabError, type Registry, type RemoteReference, type RemoteSnapshot, type RemoteVersion } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { attachmentContract } from './attachment-contract.ts';
import { copyContract } from './copy-contract.ts';
import { deliveryContract } from './delivery-contract.ts';
import { endingOf, isEnd, soonAborted } from './ending.ts';
import { hostileAnswersContract } from './hostile-answers-contract.ts';
import { expectPlain } from './plain.ts';
import { expectSoundSnapshot } from './sound-snapshot.ts';
import { uploadContract } from './upload-contract.ts';

/** A registry with a server behind it, real or not, and what is on that server. */
export interface RegistryUnderTest {
  readonly registry: Registry;
  /** A model that is there, by a version name. */
  readonly reference: RemoteReference;
  /** The same revision asked for by itself, as a commit or digest; absent where a source can't be asked so. */
  readonly pinned?: RemoteReference;
  /** The same repository, in a version that it does not have. */
  readonly missingVersion: RemoteReference;
  readonly missingRepository: RemoteReference;
  /** Where a registry that takes uploads may make a repository, another for every call. */
  readonly destination?: RemoteReference;
  /** A revision with things of one type kept beside it; absent where a source keeps nothing there. */
  readonly attached?: { readonly reference: RemoteReference; readonly mediaType: string; readonly contents: readonly string[] };
  /** The registry again, before a server that never answers: made with `silentHttp`. */
  readonly silent: Registry;
  /**
   * The registry again, before another server: `wrap` makes the `Http` of that from the one that `registry` was given. Absent: what a
   * registry does before a server that lies is not tried.
   */
  behind?(wrap: (http: Http) => Http): Registry | Promise<Registry>;
}

/** What every registry promises to whoever downloads from it, see the port `Registry`. */
export function registryContract(make: () => Promise<RegistryUnderTest>): void {
  describe('the registry contract', () => {
    it('resolves a version name to an immutable revision with sound files', async () => {
      const { registry, reference } = await make();
      const snapshot = await registry.resolve(reference, {});
      expectSoundSnapshot(snapshot, reference);
      expect(snapshot.source).toBe(registry.source);
      if (reference.version !== undefined) expect(snapshot.version).toBe(reference.version);
    });

    it('resolves the same to the same', async () => {
      const { registry, reference } = await make();
      const [first, second] = await Promise.all([registry.resolve(reference, {}), registry.resolve(reference, {})]);
      expect(second).toEqual(first);
    });

    it('resolves a revision to itself, under no name that could move', async ({ skip }) => {
      const { registry, reference, pinned } = await make();
      if (!pinned) return skip('this source can’t be asked for a revision');
      const named = await registry.resolve(reference, {});
      const found = await registry.resolve(pinned, {});
      expect(found).toMatchObject({ revision: named.revision, files: named.files, archives: named.archives });
      expect(found).not.toHaveProperty('version');
    });

    it('answers with plain data', async () => {
      const { registry, reference } = await make();
      const snapshot = await registry.resolve(reference, {});
      expectPlain(snapshot);
      for (const blob of blobsOf(snapshot)) expectPlain(await registry.locate({ snapshot, blob }, {}));
      for (const version of await versionsOf(registry, snapshot)) expectPlain(version);
    });

    it('says where each blob can be fetched, with its credentials in headers only', async () => {
      const { registry, reference } = await make();
      const snapshot = await registry.resolve(reference, {});
      for (const blob of blobsOf(snapshot)) {
        const { url, headers, expires = Number.POSITIVE_INFINITY } = await registry.locate({ snapshot, blob }, {});
        expect(new URL(url)).toMatchObject({ protocol: expect.stringMatching(/^https?:$/), username: '', password: '' });
        for (const value of Object.values(headers)) expect(value).toEqual(expect.any(String));
        expect(expires).toBeGreaterThan(Date.now());
      }
    });

    versionsContract(make);
    revisionContract(make);
    historyContract(make);
    uploadContract(make);
    copyContract(make);
    deliveryContract(make);
    attachmentContract(make);
    failuresContract(make);
    describe('before a server that can’t be trusted', () => hostileAnswersContract(make));
  });
}

function versionsContract(make: () => Promise<RegistryUnderTest>): void {
  it('lists versions if and only if it says that it can', async () => {
    const { registry } = await make();
    expect(typeof registry.versions).toBe(registry.capabilities.versions ? 'function' : 'undefined');
  });

  it('lists the version that it resolves, pointing where it resolves to', async ({ skip }) => {
    const { registry, reference } = await make();
    if (!registry.versions) return skip('this source lists no versions');
    const snapshot = await registry.resolve(reference, {});
    const versions = await versionsOf(registry, snapshot);
    const listed = versions.find(({ name }) => name === snapshot.version);
    expect(listed?.name).toBe(snapshot.version);
    expect(listed?.kind).toBe(snapshot.kind);
    expect(listed?.revision ?? snapshot.revision).toBe(snapshot.revision);
    expect(new Set(versions.map(({ kind, name }) => `${kind} ${name}`)).size, 'no version is there twice').toBe(versions.length);
  });

  it('says of a missing repository that it has no versions to list', async ({ skip }) => {
    const { registry, missingRepository } = await make();
    if (!registry.versions) return skip('this source lists no versions');
    await expect(versionsOf(registry, missingRepository)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
}

function revisionContract(make: () => Promise<RegistryUnderTest>): void {
  it('tells where a name points if and only if it says that it can, and what is missing as resolving does', async () => {
    const { registry, reference, missingVersion, missingRepository } = await make();
    expect(typeof registry.revision).toBe(registry.capabilities.revision ? 'function' : 'undefined');
    if (!registry.revision) return;
    const snapshot = await registry.resolve(reference, {});
    const { source, host, repository, version = '' } = snapshot;
    expect(await registry.revision({ source, host, repository, version }, {})).toBe(snapshot.revision);
    for (const missing of [missingVersion, missingRepository]) {
      const asked = { source, host: missing.host, repository: missing.repository, version: missing.version ?? version };
      await expect(registry.revision(asked, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringMatching(/./) });
    }
  });
}

function historyContract(make: () => Promise<RegistryUnderTest>): void {
  it('tells what is part of a repository’s history, if and only if it says that it can', async () => {
    const { registry, reference } = await make();
    expect(typeof registry.holds).toBe(registry.capabilities.history ? 'function' : 'undefined');
    if (!registry.holds) return;
    const { source, host, repository, revision } = await registry.resolve(reference, {});
    const never = revision.replace(/[0-9a-f]{8}$/, (end) => (end === 'deadbeef' ? 'beefdead' : 'deadbeef'));
    expect(await registry.holds({ source, host, repository, revision }, {})).toBe(true);
    expect(await registry.holds({ source, host, repository, revision: never }, {})).toBe(false);
  });
}

function failuresContract(make: () => Promise<RegistryUnderTest>): void {
  it('tells a missing repository from a missing version, and says what to do', async () => {
    const { registry, missingRepository, missingVersion } = await make();
    const repository = await failureOf(registry, missingRepository);
    const version = await failureOf(registry, missingVersion);
    expect(repository.message).toContain(missingRepository.repository);
    expect(version.message).toContain(missingVersion.version);
    expect(withoutNames(version.message, missingVersion)).not.toBe(withoutNames(repository.message, missingRepository));
  });

  it.each(['resolve', 'locate', 'versions'] as const)('ends %s within a second of its signal', async (method) => {
    const { registry, silent, reference } = await make();
    const snapshot = await registry.resolve(reference, {});
    const ending = await endingOf(callOf(silent, { method, snapshot, reference }, soonAborted()));
    // What needs no server may return all the same.
    if (ending.how !== 'returned' || method === 'resolve') expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });

  it('starts nothing under a signal that was aborted before', async () => {
    const { silent, reference } = await make();
    const ending = await endingOf(silent.resolve(reference, { signal: AbortSignal.abort() }));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });
}

type Call = { readonly method: 'resolve' | 'locate' | 'versions'; readonly snapshot: RemoteSnapshot; readonly reference: RemoteReference };

async function callOf(registry: Registry, { method, snapshot, reference }: Call, signal: AbortSignal): Promise<unknown> {
  if (method === 'resolve') return registry.resolve(reference, { signal });
  if (method === 'versions') return versionsOf(registry, snapshot, signal);
  const [blob] = blobsOf(snapshot);
  return blob && registry.locate({ snapshot, blob }, { signal });
}

async function versionsOf(
  registry: Registry,
  { host, repository }: Pick<RemoteReference, 'host' | 'repository'>,
  signal?: AbortSignal,
): Promise<readonly RemoteVersion[]> {
  if (!registry.versions) return [];
  return collect(registry.versions({ source: registry.source, host, repository }, { signal }));
}

function blobsOf({ files, archives }: RemoteSnapshot): readonly RemoteSnapshot['files'][number]['blob'][] {
  return [...files, ...archives].map(({ blob }) => blob);
}

async function failureOf(registry: Registry, reference: RemoteReference): Promise<Error> {
  const ending = await endingOf(registry.resolve(reference, {}), 10_000);
  if (ending.how !== 'threw' || !isIlabError(ending.error)) return expect.fail(`“${reference.canonical}” ${ending.how} without an IlabError`);
  expect(ending.error.code).toBe('E_NOT_FOUND');
  expect(ending.error.hint, 'the hint').toMatch(/./);
  return ending.error;
}

/** What a message says, whatever it says it of. */
function withoutNames(message: string, { canonical, host, repository, version = '' }: RemoteReference): string {
  const names = [canonical, `${host}/${repository}`, repository, version, host].filter((name) => name !== '');
  return names.reduce((text, name) => text.replaceAll(name, '…'), message);
}
