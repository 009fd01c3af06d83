import { type AccessOptions, bearerToken } from '../access.ts';
import type { Cdn } from '../cdn.ts';
import type { Model, Snapshot } from '../content/model.ts';
import { answer, answerJson, type Exchange, readBody } from '../http/exchange.ts';
import { serveBlob } from '../http/serve-blob.ts';
import type { Xet } from '../xet/routes.ts';
import { describeModel, describeRefs, isLarge, treeEntry } from './describe.ts';

export interface HubOptions {
  readonly models: ReadonlyMap<string, Model>;
  readonly access: AccessOptions;
  readonly cdn: Cdn;
  /** Where large files are stored by chunks, too. */
  readonly xet: Xet | undefined;
  /** Entries of a page of the tree. */
  readonly pageSize: number;
}

type Found = { readonly model: Model; readonly version: string; readonly snapshot: Snapshot };

const API = /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree|refs|paths-info|xet-read-token)(?:\/([^/]+))?)?$/;
const RESOLVE = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/;

/** The reading half of the Hugging Face Hub's API, for models. */
export async function serveHub(exchange: Exchange, options: HubOptions): Promise<void> {
  const { pathname } = exchange.url;
  const [, apiName, action = 'revision', apiRevision] = API.exec(pathname) ?? [];
  const [, fileName, fileRevision, path] = RESOLVE.exec(pathname) ?? [];
  const model = options.models.get(decodeURIComponent(apiName ?? fileName ?? ''));
  if (!model || !mayRead(exchange, model, options)) return refuse(exchange, 401, { code: 'RepoNotFound', message: 'Repository not found' });
  if (action === 'refs' && path === undefined) return answerJson(exchange, describeRefs(model));
  const found = findRevision(model, decodeURIComponent(apiRevision ?? fileRevision ?? 'main'));
  if (!found) return refuse(exchange, 404, { code: 'RevisionNotFound', message: 'Invalid rev id' });
  if (path !== undefined) return serveFile(exchange, { ...found, path: decodeURIComponent(path) }, options);
  if (action === 'xet-read-token') return options.xet ? options.xet.grant(exchange) : refuse(exchange, 404, { code: 'EntryNotFound', message: 'Not found' });
  if (action === 'tree') return serveTree(exchange, found.snapshot, options);
  if (action === 'paths-info') return servePaths(exchange, found.snapshot, options);
  return answerJson(exchange, describeModel(found, options.access));
}

function mayRead({ request }: Exchange, { repository }: Model, { access }: HubOptions): boolean {
  const isPrivate = access.private?.includes(repository) ?? false;
  return !isPrivate || (access.tokens ?? []).includes(bearerToken(request) ?? '');
}

/** `main` is the newest version; any other version is a tag; a commit is itself. */
function findRevision(model: Model, revision: string): Found | undefined {
  const all = [...model.versions].map(([version, snapshot]) => ({ model, version, snapshot }));
  if (revision === 'main' || revision === 'refs/heads/main') return all.find(({ version }) => version === 'main') ?? all.at(-1);
  return all.find(({ version, snapshot }) => version === revision || `refs/tags/${version}` === revision || snapshot.commit === revision);
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

function refuse(
  exchange: Exchange,
  status: number,
  { code, message }: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  answerJson(exchange, { error: message }, { status, headers: { 'x-error-code': code, 'x-error-message': message, ...headers } });
}
