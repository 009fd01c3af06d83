import { createHash } from 'node:crypto';
import { type CallOptions, type HttpResponse, IlabError, isIlabError, type UploadFile, type UploadRequest } from '@ilab/plugin-api';
import { encodeSegment } from '../encode.ts';
import type { HubRepository } from '../hub-client.ts';
import { isCommit, isRecord, malformed } from '../shape.ts';
import type { Branch } from './branch.ts';
import { bytesOf, type Modes } from './preupload.ts';
import { uploadError } from './upload-errors.ts';

/** A commit that the Hub made. */
export interface Committed {
  readonly commit: string;
  /** Of the pull request, if it is one. */
  readonly pullRequest?: number;
}

/** A large commit takes the Hub its time, in milliseconds. */
const PATIENCE = 10 * 60 * 1000;

export interface CommitWork {
  readonly branch: Branch;
  readonly modes: Modes;
  readonly request: Pick<UploadRequest, 'message' | 'description' | 'createPullRequest'>;
}

/**
 * Makes one commit on top of the head that was looked at.
 * @returns undefined when the branch has moved on
 * @throws IlabError as `Registry.upload`
 */
export async function makeCommit(hub: HubRepository, work: CommitWork, options: CallOptions): Promise<Committed | undefined> {
  const { branch, request } = work;
  const url = `${hub.api}/commit/${encodeSegment(branch.name)}${request.createPullRequest ? '?create_pr=1' : ''}`;
  const headers = { accept: 'application/json', 'content-type': 'application/x-ndjson', ...hub.headers };
  // Said twice it is refused the second time, as the branch has moved; without a parent, and as a pull request, it would be made twice.
  const once = branch.commit === undefined || request.createPullRequest === true;
  const body = { open: () => lines(work) };
  const answer = await hub.http.request({ url, method: 'POST', headers, body, answerWithin: PATIENCE, once }, options).catch((error: unknown) => {
    throw once && isIlabError(error) && error.code === 'E_NETWORK' ? unsure(hub, error) : error;
  });
  if (answer.status === 412 || answer.status === 409) return undefined;
  if (answer.status < 200 || answer.status > 299) throw uploadError(answer, { ...hub, version: branch.name });
  return readCommitted(answer);
}

async function* lines({ branch, modes, request }: CommitWork): AsyncGenerator<Uint8Array> {
  const { message = defaultMessage(modes), description = '' } = request;
  yield line('header', { summary: message, description, ...(branch.commit !== undefined && { parentCommit: branch.commit }) });
  for (const file of modes.small) yield line('file', { path: file.path, encoding: 'base64', content: (await contentOf(file)).toString('base64') });
  for (const { path, sha256, size } of modes.large) yield line('lfsFile', { path, algo: 'sha256', oid: sha256, size });
}

function line(key: string, value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify({ key, value })}\n`);
}

function defaultMessage({ small, large }: Modes): string {
  const [first, second] = [...small, ...large];
  return first && !second ? `Upload ${first.path} with ilab` : `Upload ${small.length + large.length} files with ilab`;
}

async function contentOf(file: UploadFile): Promise<Buffer> {
  const content = await bytesOf(file, file.size);
  if (createHash('sha256').update(content).digest('hex') === file.sha256) return content;
  throw new IlabError('E_STORE', `${file.path} changed while it was being uploaded.`, { hint: 'Upload again once nobody writes to it.', side: 'source' });
}

function readCommitted(answer: HttpResponse): Committed {
  const body = answer.json();
  if (!isRecord(body) || !isCommit(body['commitOid'])) throw malformed('the commit has no id');
  const number = /\/discussions\/(\d{1,9})$/.exec(typeof body['pullRequestUrl'] === 'string' ? body['pullRequestUrl'] : '')?.[1];
  return { commit: body['commitOid'], ...(number !== undefined && { pullRequest: Number(number) }) };
}

function unsure({ page }: HubRepository, error: IlabError): IlabError {
  return new IlabError('E_NETWORK', `${error.message} Nobody knows whether the commit was made.`, {
    hint: `Look at ${page}/commits/main and ${page}/discussions before you run it again.`,
    cause: error,
    ...(error.details && { details: error.details }),
  });
}
