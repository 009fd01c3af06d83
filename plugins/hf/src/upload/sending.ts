import { type CallOptions, type HttpResponse, IlabError, type Progress, type ProgressTask, type UploadFile } from '@ilab/plugin-api';
import type { HubRepository } from '../hub-client.ts';
import { malformed } from '../shape.ts';
import { type Action, isOwn } from './lfs-action.ts';
import type { LfsUpload } from './lfs-batch.ts';
import { uploadError } from './upload-errors.ts';

/** A range of a file, and where it goes. */
export interface Piece {
  readonly index: number;
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** One file on its way, in one piece or in many. */
export interface Sending {
  readonly pieces: readonly Piece[];
  /** Sends a piece. Once one is refused as too old the others are left. @returns whether it was the last one to end */
  send(piece: Piece, options: CallOptions): Promise<boolean>;
  /** Puts the pieces together and lets the Hub look. @returns the refusal, where an address was too old */
  finish(options: CallOptions): Promise<'sent' | HttpResponse>;
}

/** What a store takes to put many pieces together, in milliseconds. */
const PATIENCE = 10 * 60 * 1000;

type Work = { readonly file: UploadFile; readonly upload: LfsUpload; readonly progress: Progress };

export function createSending(hub: HubRepository, { file, upload, progress }: Work): Sending {
  const pieces = piecesOf(file, upload);
  const tags: string[] = [];
  const counts = pieces.map(() => 0);
  let left = pieces.length;
  let refusal: HttpResponse | undefined;
  let task: ProgressTask | undefined;
  const count = (index: number, bytes: number): void => {
    counts[index] = bytes;
    task?.at(counts.reduce((sum, each) => sum + each, 0));
  };
  return {
    pieces,
    async send(piece, options) {
      task ??= progress.begin({ label: file.path, size: file.size });
      try {
        if (!refusal) {
          const answer = await put(hub, { file, piece, headers: upload.parts ? {} : upload.upload.headers, count }, options);
          if (isExpired(answer)) refusal = answer;
          else tags[piece.index] = accepted(answer, piece, hub);
        }
        left--;
        return left === 0;
      } catch (error) {
        task.end('failed');
        throw error;
      }
    },
    async finish(options) {
      const outcome = refusal ?? (await complete(hub, { file, upload, tags }, options)) ?? (await verify(hub, { file, upload }, options));
      task?.end(outcome ? 'failed' : 'sent');
      return outcome ?? 'sent';
    },
  };
}

function piecesOf({ size }: UploadFile, { upload, parts }: LfsUpload): readonly Piece[] {
  if (!parts) return [{ index: 0, url: upload.url, start: 0, end: size }];
  return parts.urls.map((url, index) => ({ index, url, start: index * parts.size, end: Math.min(size, (index + 1) * parts.size) }));
}

type Put = {
  readonly file: UploadFile;
  readonly piece: Piece;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: (index: number, bytes: number) => void;
};

/** The address says itself what it is good for: nothing of ours is sent along. */
function put({ http }: HubRepository, { file, piece, headers, count }: Put, options: CallOptions): Promise<HttpResponse> {
  const { url, start, end, index } = piece;
  const open = async function* (): AsyncGenerator<Uint8Array> {
    let done = 0;
    for await (const bytes of file.open({ start, end })) {
      yield bytes;
      done += bytes.length;
      count(index, done);
    }
  };
  return http.request({ url, method: 'PUT', headers, body: { size: end - start, open }, answerWithin: PATIENCE }, options);
}

/** @returns what the store calls the piece */
function accepted(answer: HttpResponse, piece: Piece, { endpoint }: HubRepository): string {
  if (answer.status >= 200 && answer.status < 300) return answer.headers['etag'] ?? '';
  const { host } = new URL(piece.url);
  throw new IlabError('E_REGISTRY', `${host}, where ${endpoint.name} keeps large files, answered ${answer.status} to bytes for it.`, {
    retryable: answer.status >= 500,
    hint: 'Run the same command again: what was sent is not sent again.',
    details: { status: answer.status, host },
  });
}

/** Whether an address is not good any more, or never was; a new one may be. */
export function isExpired({ status }: HttpResponse): boolean {
  return status === 401 || status === 403 || status === 404 || status === 410;
}

type Finish = { readonly file: UploadFile; readonly upload: LfsUpload };

async function complete(
  hub: HubRepository,
  { file, upload, tags }: Finish & { readonly tags: readonly string[] },
  options: CallOptions,
): Promise<HttpResponse | undefined> {
  if (!upload.parts) return undefined;
  const parts = Array.from(tags, (etag, index) => ({ partNumber: index + 1, etag }));
  if (parts.length !== upload.parts.urls.length || parts.some(({ etag }) => !etag)) throw malformed(`a piece of “${file.path}” got no ETag`);
  return post(hub, { action: upload.upload, body: { oid: file.sha256, parts }, own: {} }, options);
}

function verify(hub: HubRepository, { file, upload }: Finish, options: CallOptions): Promise<HttpResponse | undefined> {
  if (!upload.verify) return Promise.resolve(undefined);
  // Asked of the Hub itself; anybody else is not told who we are.
  const own = isOwn(new URL(upload.verify.url), hub) ? hub.headers : {};
  return post(hub, { action: upload.verify, body: { oid: file.sha256, size: file.size }, own }, options);
}

type Post = { readonly action: Action; readonly body: unknown; readonly own: Readonly<Record<string, string>> };

/** Says something to an address that the Hub named, which like those of the pieces says itself what it is good for. */
async function post(hub: HubRepository, { action, body, own }: Post, options: CallOptions): Promise<HttpResponse | undefined> {
  const TYPE = 'application/vnd.git-lfs+json';
  const headers = { accept: TYPE, 'content-type': TYPE, ...own, ...action.headers };
  const answer = await hub.http.request({ url: action.url, method: 'POST', headers, body: JSON.stringify(body), answerWithin: PATIENCE }, options);
  if (answer.status >= 200 && answer.status < 300) return undefined;
  if (isExpired(answer)) return answer;
  throw uploadError(answer, hub);
}
