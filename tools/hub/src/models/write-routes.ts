import { type AccessOptions, bearerToken, isKnown } from '../access.ts';
import { answerJson, type Exchange, readBody } from '../http/exchange.ts';
import { isLarge, treeEntry } from './describe.ts';
import { type LfsOptions, serveBatch, serveCompletion, serveVerify } from './lfs.ts';
import { refuse } from './refuse.ts';
import type { Repositories, Repository } from './repositories.ts';
import { serveCommit } from './serve-commit.ts';

export interface WriteOptions {
  readonly repositories: Repositories;
  readonly access: AccessOptions;
  readonly lfs: LfsOptions;
}

const API = /^\/api\/models\/([^/]+\/[^/]+)\/(preupload|commit|branch)\/([^/]+)$/;
const LFS = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/(batch|verify)$/;

/** The writing half of the Hub's API, for models. @returns whether the request was its */
export async function serveWrites(exchange: Exchange, options: WriteOptions): Promise<boolean> {
  const { method, url } = exchange;
  const work = workFor(url.pathname, method, options);
  if (work === undefined) return false;
  await work(exchange);
  return true;
}

type Work = (exchange: Exchange) => void | Promise<void>;

function workFor(pathname: string, method: string, options: WriteOptions): Work | undefined {
  if (pathname === '/api/whoami-v2') return (exchange) => whoAmI(exchange, options);
  if (method !== 'POST') return undefined;
  if (pathname === '/api/complete_multipart') return (exchange) => serveCompletion(exchange, options.lfs);
  if (pathname === '/api/validate-yaml') return (exchange) => answerJson(exchange, { errors: [], warnings: [] });
  if (pathname === '/api/repos/create') return forWriters(options, (exchange) => create(exchange, options));
  const [, name, action = '', revision = ''] = API.exec(pathname) ?? LFS.exec(pathname) ?? [];
  if (name === undefined) return undefined;
  const repository = options.repositories.find(decodeURIComponent(name));
  if (!repository) return forWriters(options, (exchange) => refuse(exchange, 404, { code: 'RepoNotFound', message: 'Repository not found' }));
  return forWriters(options, (exchange) => change(exchange, { repository, action, branch: decodeURIComponent(revision) }, options.lfs));
}

function forWriters(options: WriteOptions, work: Work): Work {
  return (exchange) => (mayWrite(exchange, options) ? work(exchange) : undefined);
}

function change(exchange: Exchange, { action, ...target }: Target & { readonly action: string }, lfs: LfsOptions): Promise<void> {
  if (action === 'batch') return serveBatch(exchange, target.repository.model.repository, lfs);
  if (action === 'verify') return serveVerify(exchange, lfs);
  if (action === 'preupload') return servePreupload(exchange, target);
  return action === 'branch' ? makeBranch(exchange, target) : serveCommit(exchange, target, lfs);
}

/** Whoever has a token may, if no tokens are set. */
function mayWrite(exchange: Exchange, { access }: WriteOptions): boolean {
  const token = bearerToken(exchange.request);
  const isReader = access.readers?.includes(token ?? '') ?? false;
  if (token !== undefined && (access.tokens?.includes(token) ?? true) && !isReader) return true;
  if (isReader) refuse(exchange, 403, { code: 'Forbidden', message: 'You do not have write access.' });
  else refuse(exchange, 401, { code: 'Unauthorized', message: 'Invalid credentials in Authorization header' });
  return false;
}

function whoAmI(exchange: Exchange, { access }: WriteOptions): void {
  const token = bearerToken(exchange.request);
  if (token === undefined || !isKnown(token, access)) return refuse(exchange, 401, { code: 'Unauthorized', message: 'Invalid username or password.' });
  const role = access.readers?.includes(token) ? 'read' : 'write';
  answerJson(exchange, {
    type: 'user',
    id: '1',
    name: 'tester',
    fullname: 'T',
    orgs: [],
    auth: { type: 'access_token', accessToken: { displayName: 'test-token', role } },
  });
}

async function create(exchange: Exchange, { repositories }: WriteOptions): Promise<void> {
  const body = JSON.parse(await readBody(exchange.request)) as { name: string; organization?: string; private?: boolean; visibility?: string };
  const name = `${body.organization ?? 'tester'}/${body.name}`;
  const url = `${exchange.url.origin}/${name}`;
  const isNew = repositories.create(name, { isPrivate: body.private ?? body.visibility === 'private' });
  if (isNew) answerJson(exchange, { url, name, id: name });
  else answerJson(exchange, { error: 'You already created this model repo', url }, { status: 409 });
}

type Target = { readonly repository: Repository; readonly branch: string };

async function servePreupload(exchange: Exchange, { repository, branch }: Target): Promise<void> {
  const { files, gitIgnore } = JSON.parse(await readBody(exchange.request)) as { files: { path: string; size: number }[]; gitIgnore?: string };
  const found = repository.find(branch);
  if (!found) return refuse(exchange, 404, { code: 'RevisionNotFound', message: 'Invalid rev id' });
  const ignored = (gitIgnore ?? '').split('\n').filter((line) => line.trim() !== '');
  answerJson(exchange, {
    files: files.map(({ path, size }) => {
      const blob = found.snapshot.files.get(path);
      const shouldIgnore = ignored.some((rule) => (rule.startsWith('*') ? path.endsWith(rule.slice(1)) : path === rule));
      const oid = blob && (isLarge(path, blob) ? blob.sha256 : treeEntry(path, blob)['oid']);
      return { path, uploadMode: isLarge(path, { size }) ? 'lfs' : 'regular', shouldIgnore, ...(oid !== undefined && { oid }) };
    }),
  });
}

async function makeBranch(exchange: Exchange, { repository, branch }: Target): Promise<void> {
  const body = await readBody(exchange.request);
  const { startingPoint = 'main' } = (body === '' ? {} : JSON.parse(body)) as { startingPoint?: string };
  const start = repository.find(startingPoint);
  if (start && repository.makeBranch(branch, start.snapshot.commit)) answerJson(exchange, {});
  else refuse(exchange, 409, { code: 'Conflict', message: 'Reference already exists' });
}
