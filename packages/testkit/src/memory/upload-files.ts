import { type Digest, IlabError, type UploadFile, type UploadOptions, type UploadRequest, type UploadResult } from '@ilab/core';
import type { ListedFile } from './model-server.ts';
import { askFor, record, type ServedRepository } from './served-repository.ts';

/** Puts files into a repository, see `Registry.upload`: first the bytes that are not there, then the version's name. */
export async function uploadFiles(to: ServedRepository, request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
  const version = request.destination.version ?? 'latest';
  const before = await filesOf(to, version, options).catch((error: unknown) => makeRepository(error, { to, request, options }));
  const given = request.files.map(({ path, size, sha256 }): ListedFile => ({ path, size, digest: `sha256:${sha256}` }));
  const kept = before.filter(({ path }) => !given.some((file) => file.path === path));
  const known = new Set<Digest>(before.map(({ digest }) => digest));
  let sent = 0;
  for (const file of request.files) if (!known.has(`sha256:${file.sha256}`)) sent += await sendBlob(to, file, options);
  const files = [...kept, ...given].sort((one, other) => (one.path < other.path ? -1 : 1));
  const changed = JSON.stringify(files) !== JSON.stringify(before);
  const answer = changed
    ? await askFor(to, { kind: 'versions', name: version, method: 'PUT', body: JSON.stringify({ files }) }, options)
    : await askFor(to, { kind: 'names', name: version }, options);
  const revision = String(record(answer)['revision']);
  const total = request.files.reduce((sum, { size }) => sum + size, 0);
  return { revision, url: `https://${to.host}/${to.repository}`, changed, sent, here: total - sent, ignored: [] };
}

async function filesOf(to: ServedRepository, version: string, options: UploadOptions): Promise<readonly ListedFile[]> {
  return record(await askFor(to, { kind: 'revisions', name: version }, options))['files'] as readonly ListedFile[];
}

type Failed = { readonly to: ServedRepository; readonly request: UploadRequest; readonly options: UploadOptions };

/** Makes what is missing where that was asked for. @throws the error where it was not, or says something else */
async function makeRepository(error: unknown, { to, request, options }: Failed): Promise<readonly ListedFile[]> {
  if (!(error instanceof IlabError) || error.code !== 'E_NOT_FOUND' || request.createRepository === undefined) throw error;
  await askFor(to, { method: 'PUT' }, options);
  return [];
}

async function sendBlob({ http, host }: ServedRepository, file: UploadFile, options: UploadOptions): Promise<number> {
  const task = options.progress.begin({ label: file.path, size: file.size });
  const url = `https://${host}/blobs/${encodeURIComponent(`sha256:${file.sha256}`)}`;
  const { status } = await http.request({ url, method: 'PUT', body: { size: file.size, open: () => file.open() } }, options);
  task.end(status === 201 ? 'sent' : 'failed');
  if (status !== 201) throw new IlabError('E_REGISTRY', `${host} answered ${status} to ${file.path}.`);
  return file.size;
}
