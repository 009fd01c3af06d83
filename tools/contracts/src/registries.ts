import type { Http, Registry, RemoteSnapshot, RemoteVersion } from '@ilab/core';
import { memoryRegistryUnderTest, type RegistryUnderTest } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';

type Spoil = (registry: Registry, http: Http) => Partial<Registry>;
export type BrokenRegistry = BrokenAdapter<() => Promise<RegistryUnderTest>>;

/** Registries that do all as they should but for one thing. */
export const BROKEN_REGISTRIES: readonly BrokenRegistry[] = [
  broken(
    'answers with a name that may move',
    'an immutable revision',
    resolving(() => ({ revision: 'main' })),
  ),
  broken(
    'answers with another repository',
    'an immutable revision',
    resolving(() => ({ repository: 'team/other' })),
  ),
  broken(
    'names a file outside',
    'sound files',
    resolving(({ files }) => ({ files: files.map((file) => ({ ...file, path: `../${file.path}` })) })),
  ),
  broken(
    'leaves all files out',
    'sound files',
    resolving(() => ({ files: [] })),
  ),
  broken(
    'is of another source than it says',
    'sound files',
    resolving(() => ({ source: 'other' })),
  ),
  broken(
    'answers otherwise each time',
    'resolves the same to the same',
    resolving(() => ({ notices: [String(Math.random())] })),
  ),
  broken(
    'gives a pinned revision a version',
    'resolves a revision to itself',
    resolving(({ version = 'v1' }) => ({ version })),
  ),
  broken(
    'answers with an instance of a class',
    'answers with plain data',
    resolving((snapshot) => new Answer(snapshot)),
  ),
  broken('puts a password into the address', 'credentials in headers only', ({ locate }) => ({
    locate: async (...args) => ({ ...(await locate(...args)), url: 'https://me:secret@memory.example/x' }),
  })),
  broken('names a file on this machine', 'says where each blob can be fetched', () => ({ locate: async () => ({ url: 'file:///etc/passwd', headers: {} }) })),
  broken('locates what has expired', 'says where each blob can be fetched', ({ locate }) => ({
    locate: async (...args) => ({ ...(await locate(...args)), expires: 1 }),
  })),
  broken('locates the bytes of another file', 'the very bytes that it promised', ({ locate }) => {
    let first: Parameters<Registry['locate']>[0] | undefined;
    return {
      locate(request, options) {
        first ??= request;
        return locate(first, options);
      },
    };
  }),
  broken(
    'promises more bytes than there are',
    'the very bytes that it promised',
    resolving(({ files }) => ({
      files: files.map(({ path, blob }) => ({ path, blob: { ...blob, size: blob.size + 1 } })),
    })),
  ),
  broken('says that it lists versions and does not', 'lists versions if and only if', () => ({ versions: undefined as never })),
  broken('lists versions that it does not speak of', 'lists versions if and only if', ({ capabilities }) => ({
    capabilities: { ...capabilities, versions: false },
  })),
  broken('lists a version that points elsewhere', 'pointing where it resolves to', ({ versions }) => ({
    versions: mapped(versions, (version) => ({ ...version, revision: `sha256:${'0'.repeat(64)}` })),
  })),
  broken('lists versions of what is not there', 'a missing repository that it has no versions', ({ versions }) => ({
    async *versions(repository, options) {
      if (repository.repository !== 'team/basalt') yield* versions?.(repository, options) ?? [];
    },
  })),
  broken('lists every version twice', 'pointing where it resolves to', ({ versions }) => ({
    async *versions(...args) {
      for (let round = 0; round < 2; round += 1) yield* versions?.(...args) ?? [];
    },
  })),
  broken('tells another revision than it resolves to', 'tells where a name points', () => ({ revision: async () => `sha256:${'0'.repeat(64)}` })),
  broken('takes every revision for a part of history', 'part of a repository’s history', () => ({ holds: async () => true })),
  broken('says the same of a missing repository and version', 'tells a missing repository from a missing version', ({ resolve }) => ({
    resolve: (reference, options) => {
      const message = `${reference.repository}:${reference.version} is missing.`;
      return resolve(reference, options).catch((error: Error) => Promise.reject(Object.assign(error, { message })));
    },
  })),
  broken('says no way out', 'says what to do', ({ resolve }) => ({
    resolve: (...args) => resolve(...args).catch((error: Error) => Promise.reject(Object.assign(error, { hint: undefined }))),
  })),
  broken('throws errors of its own', 'tells a missing repository', ({ resolve }) => ({
    resolve: (...args) => resolve(...args).catch((error: Error) => Promise.reject(new Error(error.message))),
  })),
  broken('resolves on after its signal', 'ends resolve within a second', ({ resolve }) => ({ resolve: (reference) => resolve(reference, {}) })),
  broken('lists on after its signal', 'ends versions within a second', ({ versions }) => ({ versions: (repository) => versions?.(repository, {}) ?? none() })),
  broken('attaches on after its signal', 'when it is asked what is kept', ({ attachments }) => ({
    attachments: (id, { mediaTypes }) => attachments?.(id, { mediaTypes }) ?? none(),
  })),
];

class Answer {
  constructor(snapshot: RemoteSnapshot) {
    Object.assign(this, snapshot);
  }
}

/** A registry that is a good one but for what is given. */
export function broken(what: string, caughtBy: string, spoil: Spoil): BrokenRegistry {
  return { what, caughtBy, make: memoryRegistryUnderTest((registry, http) => ({ ...registry, ...spoil(registry, http) })) };
}

/** Resolves to something else. */
function resolving(change: (snapshot: RemoteSnapshot) => object): Spoil {
  return ({ resolve }) => ({
    async resolve(...args) {
      const snapshot = await resolve(...args);
      const changed = change(snapshot);
      return changed instanceof Answer ? (changed as never) : { ...snapshot, ...changed };
    },
  });
}

function mapped(versions: Registry['versions'], change: (version: RemoteVersion) => RemoteVersion): NonNullable<Registry['versions']> {
  return async function* (...args) {
    for await (const version of versions?.(...args) ?? none()) yield change(version);
  };
}

export async function* none(): AsyncIterable<never> {}
