import type { CallOptions, CopyResult, Registry, RegistryCapabilities, UploadCapabilities, UploadOptions, UploadResult } from '@ilab/core';
import type { IlabError } from '@ilab/core';
import type { PluginPackage } from '../plugin-package.ts';
import { checkedAttachments } from '../checked-attachments.ts';
import { locationOf, loginOf, logoutOf, MOST_VERSIONS, resultOf, revisionOf, snapshotOf, truthOf, versionOf, WrongAnswer } from './answers.ts';
import { type LentProgress, lendUpload } from './lend-upload.ts';
import { isPlain, type Peer, type Plain } from './peer.ts';

/** What answers for a registry. */
export interface Ask {
  readonly peer: Peer;
  readonly plugin: PluginPackage;
  readonly progress: LentProgress;
  readonly giveUp: (why: string) => IlabError;
  /** Told of every host that is asked about. */
  readonly named: (host: string) => void;
}

const RESULT = { texts: ['revision', 'url'], counts: ['sent', 'here'], lists: [], optional: [] };

/** @returns the registry that a plugin made in its process; undefined where what it can do and what it has disagree */
export function apartRegistry({ name: source, capabilities, methods }: Plain, ask: Ask): Registry | undefined {
  const has = (method: string): boolean => Array.isArray(methods) && methods.includes(method);
  const can = isPlain(capabilities) ? capabilitiesOf(capabilities, has) : undefined;
  if (!can || !has('resolve') || !has('locate')) return undefined;
  const name = String(source);
  return {
    source: name,
    capabilities: can,
    resolve: (reference, options) =>
      answered(ask, { method: 'resolve', request: reference, options }, (value) => snapshotOf(value, { ...reference, source: name })),
    locate: (request, options) => answered(ask, { method: 'locate', request, options }, locationOf),
    ...(can.versions && { versions: (repository, options) => listed(ask, { method: 'versions', request: repository, options }, versionOf) }),
    ...(can.revision && { revision: (version, options) => answered(ask, { method: 'revision', request: version, options }, revisionOf) }),
    ...(can.history && { holds: (id, options) => answered(ask, { method: 'holds', request: id, options }, truthOf) }),
    ...(can.login && { login: (request, options) => answered(ask, { method: 'login', request, options }, loginOf) }),
    ...(can.login && { logout: (host, options) => answered(ask, { method: 'logout', request: host, options }, logoutOf) }),
    ...(can.attachments && {
      attachments: (id, options) => checkedAttachments(listed(ask, { method: 'attachments', request: id, options }, (value) => value)),
    }),
    ...(can.upload && { upload: (request, options) => uploaded(ask, request, options) }),
    ...(can.copy && {
      copy: (request, options) =>
        watched(ask, { method: 'copy', request, options }, (value) =>
          resultOf<CopyResult>(value, { ...RESULT, counts: [...RESULT.counts, 'referrers'], lists: ['leftOut', 'notices'] }),
        ),
    }),
  };
}

type Question = { readonly method: string; readonly request: unknown; readonly options: CallOptions };

async function answered<Answer>(ask: Ask, { method, request, options: { signal, ...options } }: Question, read: (value: unknown) => Answer): Promise<Answer> {
  tellHosts(ask, request);
  const value = await ask.peer.call('ask', { method, request, options }, signal);
  try {
    return read(value);
  } catch (error) {
    throw error instanceof WrongAnswer ? ask.giveUp(`${method}: ${error.message}`) : error;
  }
}

async function* listed<Item>(ask: Ask, { method, request, options: { signal, ...options } }: Question, read: (value: unknown) => Item): AsyncGenerator<Item> {
  let count = 0;
  tellHosts(ask, request);
  try {
    for await (const one of ask.peer.read('ask', { method, request, options }, signal)) {
      count += 1;
      if (count > MOST_VERSIONS) throw new WrongAnswer(`it lists more than ${MOST_VERSIONS}`);
      yield read(one);
    }
  } catch (error) {
    throw error instanceof WrongAnswer ? ask.giveUp(`${method}: ${error.message}`) : error;
  }
}

/** References, revisions and repositories have hosts, by themselves or one level down. */
function tellHosts({ named }: Ask, request: unknown): void {
  if (typeof request === 'string') named(request);
  if (!isPlain(request)) return;
  for (const one of [request, ...Object.values(request)]) if (isPlain(one) && typeof one['host'] === 'string') named(one['host']);
}

/** A call that reports its progress. */
async function watched<Answer>(
  ask: Ask,
  { method, request, options: { progress: watcher, ...options } }: Question & { readonly options: UploadOptions },
  read: (value: unknown) => Answer,
): Promise<Answer> {
  const { progress, takeBack } = ask.progress.lend(watcher);
  try {
    return await answered(ask, { method, request, options: { ...options, progress } as CallOptions }, read);
  } finally {
    takeBack();
  }
}

async function uploaded(ask: Ask, request: Parameters<NonNullable<Registry['upload']>>[0], options: UploadOptions): Promise<UploadResult> {
  const loan = lendUpload(ask.peer, request);
  try {
    const shape = { ...RESULT, lists: ['ignored', 'notices'], optional: ['pullRequest', 'packed'] };
    const result = await watched(ask, { method: 'upload', request: loan.request, options }, (value) =>
      resultOf<Omit<UploadResult, 'ignored'> & Partial<UploadResult>>(value, shape),
    );
    return { ...result, ignored: result.ignored ?? [] };
  } finally {
    loan.takeBack();
  }
}

/** What a registry says it can do, where it has what that needs. */
function capabilitiesOf(said: Plain, has: (method: string) => boolean): RegistryCapabilities | undefined {
  const { versions = false, revision = false, history = false, copy = false, attachments = false, login, upload } = said;
  const pairs: readonly (readonly [unknown, string])[] = [
    [versions, 'versions'],
    [revision, 'revision'],
    [history, 'holds'],
    [copy, 'copy'],
    [attachments, 'attachments'],
    [login !== undefined, 'login'],
    [login !== undefined, 'logout'],
    [upload !== undefined, 'upload'],
  ];
  if (!pairs.every(([can, method]) => can === has(method))) return undefined;
  return {
    versions: versions === true,
    ...(revision === true && { revision }),
    ...(history === true && { history }),
    ...(copy === true && { copy }),
    ...(attachments === true && { attachments }),
    ...(isPlain(login) && { login: { username: login['username'] === true } }),
    ...(isPlain(upload) && { upload: uploadsOf(upload) }),
  };
}

function uploadsOf({ pullRequests, formats, implicitRepositories }: Plain): UploadCapabilities {
  const names = Array.isArray(formats) ? formats.filter((name): name is string => typeof name === 'string' && /^[a-z0-9-]{1,40}$/.test(name)) : undefined;
  return { pullRequests: pullRequests === true, ...(names && { formats: names }), ...(implicitRepositories === true && { implicitRepositories }) };
}
