import { type CopyRequest, type CopyResult, type Http, IlabError, type UploadOptions } from '@ilab/core';
import { askFor, isThere, record, type ServedRepository } from './served-repository.ts';
import type { ListedFile } from './model-server.ts';

/** Copies a revision, see `Registry.copy`: the server has its bytes, so that a list of them is all that goes over. */
export async function copyRevision(http: Http, { source, destination }: CopyRequest, options: UploadOptions): Promise<CopyResult> {
  const from: ServedRepository = { http, host: source.host, repository: source.repository };
  const to: ServedRepository = { http, host: destination.host, repository: destination.repository };
  if (from.host !== to.host) throw new IlabError('E_NOT_FOUND', `${to.host} is another server.`, { hint: 'Download it and upload it there.' });
  const { files } = record(await askFor(from, { kind: 'revisions', name: source.revision }, options)) as { readonly files: readonly ListedFile[] };
  const here = files.reduce((sum, { size }) => sum + size, 0);
  const url = `${to.host}/${to.repository}@${source.revision}`;
  if (await isThere(to, source.revision, options)) return { revision: source.revision, url, changed: false, sent: 0, here, referrers: 0 };
  await askFor(to, { method: 'PUT' }, options);
  const name = destination.version ?? 'latest';
  const { revision } = record(await askFor(to, { kind: 'versions', name, method: 'PUT', body: JSON.stringify({ files }) }, options));
  return { revision: String(revision), url, changed: true, sent: 0, here, referrers: 0 };
}
