import type { Cdn } from '../cdn.ts';
import type { Blob } from '../content/blob.ts';
import type { Model, Snapshot } from '../content/model.ts';
import { answerJson, answer, type Exchange, readBody } from '../http/exchange.ts';

export interface ModelScopeOptions {
  readonly models: readonly Model[];
  /** Tokens that it knows, by whose they are. */
  readonly users: Readonly<Record<string, string>>;
  /** Repositories that only they may read. */
  readonly private: readonly string[];
  /** Entries of a list; the rest is left out, and nothing says so. */
  readonly cutOff: number;
  /** Files of at least so many bytes lie on the second origin. */
  readonly large: number;
  readonly cdn: Cdn;
}

const API = /^\/api\/v1\/models\/([^/]+\/[^/]+)\/(repo\/files|repo|revisions)$/;

/** ModelScope's API as its own client uses it, and not a parameter more. */
export async function serveModelScope(exchange: Exchange, options: ModelScopeOptions): Promise<void> {
  const { method, url } = exchange;
  if (method === 'POST' && url.pathname === '/api/v1/login') return login(exchange, options);
  const [, name, what] = API.exec(decodeURIComponent(url.pathname)) ?? [];
  if (method !== 'GET' || name === undefined) return refuse(exchange, 404, 'not found');
  const model = options.models.find(({ repository }) => repository === name);
  if (tokenOf(exchange) !== undefined && userOf(exchange, options) === undefined) return refuse(exchange, 401, `token ${tokenOf(exchange)} is not valid`);
  const isHidden = options.private.includes(name) && userOf(exchange, options) === undefined;
  if (!model || isHidden) return refuse(exchange, 404, `Model ${name} not found`);
  if (what === 'revisions') return serveRevisions(exchange, model);
  const unknown = [...url.searchParams.keys()].find((key) => !['Revision', 'FilePath', 'Recursive', 'Root'].includes(key));
  if (unknown !== undefined) return refuse(exchange, 400, `unknown parameter ${unknown}`);
  const snapshot = findRevision(model, url.searchParams.get('Revision') ?? 'master');
  return what === 'repo' ? serveFile(exchange, snapshot, options) : serveFiles(exchange, snapshot, options);
}

async function login(exchange: Exchange, { users }: ModelScopeOptions): Promise<void> {
  const { AccessToken: token } = JSON.parse(await readBody(exchange.request)) as { AccessToken?: string };
  const user = token !== undefined && Object.hasOwn(users, token) ? users[token] : undefined;
  if (user === undefined) return refuse(exchange, 401, 'token is invalid');
  succeed(exchange, { Username: user, Email: `${user}@example.com`, AccessToken: 'a Git token' });
}

/** Both ways in which its own client says it have to be the same. */
function tokenOf({ request: { headers } }: Exchange): string | undefined {
  const cookie = /(?:^|; )m_session_id=([^;]+)/.exec(headers.cookie ?? '')?.[1];
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return cookie === bearer ? cookie : 'two different ones';
}

function userOf(exchange: Exchange, { users }: ModelScopeOptions): string | undefined {
  const token = tokenOf(exchange);
  return token !== undefined && Object.hasOwn(users, token) ? users[token] : undefined;
}

/** `master` is the newest version; the others are tags. */
function findRevision({ versions }: Model, revision: string): Snapshot | undefined {
  const newest = [...versions.values()].at(-1);
  return revision === 'master' ? newest : (versions.get(revision) ?? [...versions.values()].find(({ commit }) => commit === revision));
}

function serveRevisions(exchange: Exchange, { versions }: Model): void {
  const tags = [...versions.keys()].map((Revision) => ({ Revision, CreatedAt: 1_700_000_000 }));
  succeed(exchange, { RevisionMap: { Branches: [{ Revision: 'master', CreatedAt: 1_700_000_000 }], Tags: tags } });
}

function serveFiles(exchange: Exchange, snapshot: Snapshot | undefined, { cutOff, large }: ModelScopeOptions): void {
  // An unknown revision is no error.
  if (!snapshot) return succeed(exchange, { Files: null, IsVisual: 0, LatestCommitter: null });
  const { searchParams } = exchange.url;
  const recursive = searchParams.get('Recursive') ?? 'False';
  if (!/^(True|False)$/.test(recursive)) return refuse(exchange, 400, 'Recursive is True or False');
  const root = searchParams.get('Root') ?? '';
  const below = root === '' ? '' : `${root}/`;
  const entries = entriesOf(snapshot, large).filter(({ Path }) => Path.startsWith(below) && (recursive === 'True' || !Path.slice(below.length).includes('/')));
  succeed(exchange, {
    Files: entries.slice(0, cutOff),
    IsVisual: 0,
    LatestCommitter: { Id: '', ShortId: snapshot.commit.slice(0, 8), CommittedDate: 1_700_000_000 },
  });
}

function entriesOf({ files, commit }: Snapshot, large: number) {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  const tree = [...folders].map((Path) => ({ Path, Name: nameIn(Path), Type: 'tree', Size: 0, Sha256: '', IsLFS: false, Revision: commit }));
  const blobs = [...files].map(([Path, blob]) => ({
    Path,
    Name: nameIn(Path),
    Type: 'blob',
    Size: blob.size,
    Sha256: blob.sha256,
    IsLFS: blob.size >= large,
    Revision: commit,
    CommittedDate: 1_700_000_000,
  }));
  return [...tree, ...blobs];
}

/** `a/b/c` is in `a` and in `a/b`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(1).map((_name, index) => names.slice(0, index + 1).join('/'));
}

function nameIn(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** Large files lie elsewhere; small ones come as they are, whatever range is asked for. */
function serveFile(exchange: Exchange, snapshot: Snapshot | undefined, { cdn, large }: ModelScopeOptions): void {
  const blob = snapshot?.files.get(exchange.url.searchParams.get('FilePath') ?? '');
  if (!blob) return refuse(exchange, 404, 'file not found');
  if (blob.size >= large) return answer(exchange, 302, { headers: { location: cdn.sign(blob), 'x-linked-etag': blob.sha256 } });
  sendWhole(exchange, blob);
}

function sendWhole({ response, meter }: Exchange, blob: Blob): void {
  response.writeHead(200, { 'content-length': String(blob.size), 'content-type': 'application/octet-stream' });
  if (blob.size === 0) response.end();
  else
    blob
      .read(0, blob.size - 1)
      .pipe(meter.watch(blob.sha256))
      .pipe(response);
}

function succeed(exchange: Exchange, data: unknown): void {
  answerJson(exchange, { Code: 200, Data: data, Message: 'success', RequestId: 'r', Success: true });
}

function refuse(exchange: Exchange, status: number, message: string): void {
  answerJson(exchange, { Code: 10_010_205_001, Data: null, Message: message, RequestId: 'r', Success: false }, { status });
}
