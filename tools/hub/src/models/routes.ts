import { type AccessOptions, bearerToken, isKnown } from '../access.ts';
import type { Cdn } from '../cdn.ts';
import type { Snapshot } from '../content/model.ts';
import { answer, answerJson, type Exchange, readBody } from '../http/exchange.ts';
import { serveBlob } from '../http/serve-blob.ts';
import type { Xet } from '../xet/routes.ts';
import { describeModel, describeRefs, isLarge, treeEntry } from './describe.ts';
import { refuse } from './refuse.ts';
import type { Found, Repositories, Repository } from './repositories.ts';

export interface HubOptions {
  readonly repositories: Repositories;
  readonly access: AccessOptions;
  readonly cdn: Cdn;
  /** Where large files are stored by chunks, too. */
  readonly xet: Xet | undefined;
  /** Entries of a page of the tree. */
  readonly pageSize: number;
}

const API = /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree|refs|paths-info|xet-read-token)(?:\/([^/]+))?)?$/;
const RESOLVE = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/;

/** The reading half of the Hugging Face Hub's API, for models. */
export async function serveHub(exchange: Exchange, options: HubOptions): Promise<void> {
  const { pathname } = exchange.url;
  const [, apiName, action = 'revision', apiRevision] = API.exec(pathname) ?? [];
  const [, fileName, fileRevision, path] = RESOLVE.exec(pathname) ?? [];
  const repository = options.repositories.find(decodeURIComponent(apiName ?? fileName ?? ''));
  if (!repository || !mayRead(exchange, repository, options)) return refuseUnseen(exchange, options);
  if (action === 'refs' && path === undefined) return answerJson(exchange, describeRefs(repository));
  const found = repository.find(decodeURIComponent(apiRevision ?? fileRevision ?? 'main'));
  if (!found) return refuse(exchange, 404, { code: 'RevisionNotFound', message: 'Invalid rev id' });
  if (path !== undefined) return serveFile(exchange, { ...found, path: decodeURIComponent(path) }, options);
  if (action === 'xet-read-token') return options.xet ? options.xet.grant(exchange) : refuse(exchange, 404, { code: 'EntryNotFound', message: 'Not found' });
  if (action === 'tree') return serveTree(exchange, found.snapshot, options);
  if (action === 'paths-info') return servePaths(exchange, found.snapshot, options);
  return answerJson(exchange, describeModel(found, { isPrivate: repository.isPrivate, access: options.access }));
}

function mayRead({ request }: Exchange, { isPrivate }: Repository, { access }: HubOptions): boolean {
  const token = bearerToken(request);
  return !isPrivate || (token !== undefined && (isKnown(token, access) || access.tokens === undefined));
}

/** As the Hub does: a token that it does not know is told from a repository that a known one may not see. */
function refuseUnseen(exchange: Exchange, { access }: HubOptions): void {
  const token = bearerToken(exchange.request);
  if (token !== undefined && access.tokens !== undefined && !isKnown(token, access)) {
    const message = 'Invalid credentials in Authorization header';
    return answerJson(exchange, { error: message }, { status: 401, headers: { 'x-error-message': message } });
  }
  refuse(exchange, token === undefined ? 401 : 404, { code: 'RepoNotFound', message: 'Repository not found' });
}

function serveTree(exchange: Exchange, { files }: Snapshot, { pageSize, xet }: HubOptions): void {
  const { url } = exchange;
  const entries = [...files].map(([path, blob]) => treeEntry(path, blob, xet?.store.hashOf(blob.sha256)));
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const next = new URL(url);
  next.searchParams.set('cursor', String(start + pageSize));
  const more = start + pageSize < entries.length;
  answerJson(exchange, entries.slice(start, start + pageSize), { headers: more ? { link: `<${next.href}>; rel="next"` } : {} });
}

async function servePaths(exchange: Exchange, { files }: Snapshot, { xet }: HubOptions): Promise<void> {
  const body = await readBody(exchange.request);
  const asked = body.startsWith('{') ? (JSON.parse(body) as { paths?: string[] }).paths : new URLSearchParams(body).getAll('paths');
  answerJson(
    exchange,
    (asked ?? []).flatMap((path) => {
      const blob = files.get(path);
      return blob ? [treeEntry(path, blob, xet?.store.hashOf(blob.sha256))] : [];
    }),
  );
}

function serveFile(exchange: Exchange, { model, snapshot, path }: Found & { readonly path: string }, { access, cdn, xet }: HubOptions): void {
  const blob = snapshot.files.get(path);
  const commit = { 'x-repo-commit': snapshot.commit };
  const allowed = access.gated?.[model.repository];
  if (allowed && !allowed.includes(bearerToken(exchange.request) ?? '')) {
    return refuse(exchange, bearerToken(exchange.request) === undefined ? 401 : 403, { code: 'GatedRepo', message: 'Access to this model is restricted.' });
  }
  if (!blob) return refuse(exchange, 404, { code: 'EntryNotFound', message: 'Entry not found' }, commit);
  if (!isLarge(path, blob)) return serveBlob(exchange, blob, { ...commit, etag: `"${blob.gitSha1}"` });
  const tokenUrl = `${exchange.url.origin}/api/models/${model.repository}/xet-read-token/${snapshot.commit}`;
  answer(exchange, 302, {
    headers: {
      ...commit,
      ...xet?.headers(blob.sha256, tokenUrl),
      location: cdn.sign(blob),
      etag: `"${blob.sha256}"`,
      'x-linked-size': String(blob.size),
      'x-linked-etag': `"${blob.sha256}"`,
      'accept-ranges': 'bytes',
    },
  });
}
