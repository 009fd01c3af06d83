import { createHash } from 'node:crypto';
import { type CallOptions, type Digest, type Http, type HttpRequest, type HttpResponse, IlabError } from '@ilab/core';
import { collect } from '../collect.ts';

/** Models as a server has them: by repository and version name, each a file's content by its path. */
export type ServedModels = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** What is kept beside a version. */
export interface ServedAttachment {
  readonly repository: string;
  readonly version: string;
  readonly mediaType: string;
  readonly content: string;
}

/** A file as the server lists it. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
}

interface Repository {
  readonly versions: Map<string, string>;
  readonly revisions: Map<string, readonly ListedFile[]>;
  readonly attachments: Map<string, { readonly name: string; readonly mediaType: string; readonly content: string }[]>;
}

interface State {
  readonly blobs: Map<string, Uint8Array>;
  readonly repositories: Map<string, Repository>;
}

/**
 * A server of models that is only in memory, as the `Http` that reaches it: what {@link createMemoryRegistry} speaks to. Each server has
 * models of its own, and loses what it was given with the process.
 */
export function createModelServer(models: ServedModels, attachments: readonly ServedAttachment[] = []): Http {
  const state: State = { blobs: new Map(), repositories: new Map() };
  for (const [repository, versions] of Object.entries(models)) {
    for (const [version, files] of Object.entries(versions))
      publish(state, { repository, version, files: Object.entries(files).map(([path, text]) => keep(state, path, text)) });
  }
  for (const { repository, version, mediaType, content } of attachments) attach(state, { repository, version, mediaType, content });
  return {
    async request(request, options) {
      return answer(request, await handle(state, request, options));
    },
    async stream(request, options) {
      const { status, headers, url, body } = answer(request, await handle(state, request, options));
      return { status, headers, url, body: once(body), cancel: async () => undefined };
    },
  };
}

/** What a path of the server's is asked for: the kind of thing, and names in it. */
async function handle(state: State, { url, method = 'GET', body }: HttpRequest, { signal }: CallOptions): Promise<readonly [number, unknown]> {
  signal?.throwIfAborted();
  const { pathname } = new URL(url);
  const [kind = '', first = '', second = '', third = ''] = pathname.slice(1).split('/').map(decodeURIComponent);
  if (kind === 'blobs') return method === 'PUT' ? putBlob(state, first, await bytesOf(body)) : found(state.blobs.get(first));
  const repository = state.repositories.get(first);
  if (method === 'PUT' && second === '') return [200, { made: repositoryOf(state, first) !== undefined }];
  if (!repository) return [404, { missing: 'repository' }];
  if (method === 'PUT' && second === 'versions') {
    const { files } = JSON.parse(new TextDecoder().decode(await bytesOf(body))) as { readonly files: readonly ListedFile[] };
    return files.every(({ digest }) => state.blobs.has(digest)) ? [200, { revision: publish(state, { repository: first, version: third, files }) }] : [409, {}];
  }
  return read(repository, second, third);
}

function read({ versions, revisions, attachments }: Repository, kind: string, name: string): readonly [number, unknown] {
  if (kind === 'versions' && name === '') return [200, { versions: [...versions].map(([version, revision]) => ({ name: version, revision })) }];
  const revision = versions.get(name) ?? name;
  const files = revisions.get(revision);
  if (!files) return [404, { missing: 'version' }];
  if (kind === 'names') return [200, { revision }];
  if (kind === 'attachments') return [200, { attachments: attachments.get(revision) ?? [] }];
  return [200, { revision, files }];
}

function putBlob({ blobs }: State, digest: string, bytes: Uint8Array): readonly [number, unknown] {
  if (digestOf(bytes) !== digest) return [400, { wrong: 'digest' }];
  blobs.set(digest, bytes);
  return [201, {}];
}

function publish(
  state: State,
  { repository, version, files }: { readonly repository: string; readonly version: string; readonly files: readonly ListedFile[] },
): string {
  const { versions, revisions } = repositoryOf(state, repository);
  const revision = digestOf(new TextEncoder().encode(JSON.stringify(files)));
  revisions.set(revision, files);
  versions.set(version, revision);
  return revision;
}

function attach(state: State, { repository, version, mediaType, content }: ServedAttachment): void {
  const { versions, attachments } = repositoryOf(state, repository);
  const revision = versions.get(version) ?? '';
  const name = digestOf(new TextEncoder().encode(content));
  attachments.set(revision, [...(attachments.get(revision) ?? []), { name, mediaType, content }]);
}

function repositoryOf({ repositories }: State, name: string): Repository {
  const there = repositories.get(name) ?? { versions: new Map(), revisions: new Map(), attachments: new Map() };
  repositories.set(name, there);
  return there;
}

function keep({ blobs }: State, path: string, text: string): ListedFile {
  const bytes = new TextEncoder().encode(text);
  const digest = digestOf(bytes);
  blobs.set(digest, bytes);
  return { path, size: bytes.length, digest };
}

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function found(bytes: Uint8Array | undefined): readonly [number, unknown] {
  return bytes ? [200, bytes] : [404, { missing: 'blob' }];
}

async function bytesOf(body: HttpRequest['body']): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  return body instanceof Uint8Array ? body : Buffer.concat(await collect(body.open()));
}

function answer({ url, maxBytes = 32 * 1024 * 1024 }: HttpRequest, [status, content]: readonly [number, unknown]): HttpResponse {
  const body = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
  if (body.length > maxBytes) throw new IlabError('E_REGISTRY', 'The answer is larger than what is accepted.');
  return {
    status,
    headers: { 'content-type': 'application/json' },
    url,
    body,
    text: () => new TextDecoder().decode(body),
    json: () => JSON.parse(new TextDecoder().decode(body)),
  };
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}
