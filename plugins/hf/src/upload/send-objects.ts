import { type CallOptions, forEachAtOnce, type Progress, type UploadFile } from '@ilab/plugin-api';
import type { HubRepository } from '../hub-client.ts';
import { uploadError } from './upload-errors.ts';
import { askBatch, type LfsUpload } from './lfs-batch.ts';
import { createSending, type Sending } from './sending.ts';

export interface Sent {
  /** Bytes that went over the network, and those that the Hub had. */
  readonly sent: number;
  readonly here: number;
}

/** Objects of one question; addresses live an hour or so, and more would grow old waiting. */
const AT_ONCE = 100;
/** Requests under way, over all files: parts of one large file as well as many small ones. */
const CONNECTIONS = 8;
/** How often new addresses are asked for where none of the old ones brought anything. */
const MOST_ROUNDS = 3;

type Work = { readonly branch: string; readonly files: readonly UploadFile[] };

/**
 * Brings content to where the Hub keeps it. What is there, from whichever repository or an earlier try, is not sent.
 * @throws IlabError as `Registry.upload`
 */
export async function sendObjects(hub: HubRepository, { branch, files }: Work, options: CallOptions & { readonly progress: Progress }): Promise<Sent> {
  const contents = [...new Map(files.map((file) => [file.sha256, file])).values()];
  let sent = 0;
  for (let from = 0; from < contents.length; from += AT_ONCE) {
    sent += await sendSome(hub, { branch, files: contents.slice(from, from + AT_ONCE) }, options);
  }
  return { sent, here: files.reduce((sum, { size }) => sum + size, 0) - sent };
}

async function sendSome(hub: HubRepository, { branch, files }: Work, options: CallOptions & { readonly progress: Progress }): Promise<number> {
  let sent = 0;
  let waiting = files;
  for (let round = 1; waiting.length > 0; round++) {
    const objects = waiting.map(({ sha256, size }) => ({ oid: sha256, size }));
    const uploads = await askBatch(hub, { branch, objects }, options);
    const done = await sendRound(hub, { files: waiting, uploads }, options);
    sent += done.filter(({ outcome }) => outcome === 'sent').reduce((sum, { file }) => sum + file.size, 0);
    const expired = done.filter(({ outcome }) => typeof outcome === 'object');
    if (expired.length < done.length) round = 0;
    const [first] = expired;
    if (first && round >= MOST_ROUNDS && typeof first.outcome === 'object') throw uploadError(first.outcome, { ...hub, version: branch });
    waiting = expired.map(({ file }) => file);
  }
  return sent;
}

type Done = { readonly file: UploadFile; readonly outcome: Awaited<ReturnType<Sending['finish']>> | 'here' };

/** All pieces of all files go through one pool; a file is finished by whoever brought its last piece. */
async function sendRound(
  hub: HubRepository,
  { files, uploads }: { readonly files: readonly UploadFile[]; readonly uploads: ReadonlyMap<string, LfsUpload> },
  { progress, signal }: CallOptions & { readonly progress: Progress },
): Promise<readonly Done[]> {
  const done: Done[] = [];
  const pieces = files.flatMap((file) => {
    const upload = uploads.get(file.sha256);
    if (!upload) {
      progress.begin({ label: file.path, size: file.size }).end('linked');
      done.push({ file, outcome: 'here' });
      return [];
    }
    const sending = createSending(hub, { file, upload, progress });
    return sending.pieces.map((piece) => ({ file, sending, piece }));
  });
  await forEachAtOnce(pieces, { limit: CONNECTIONS, signal }, async ({ file, sending, piece }, both) => {
    if (await sending.send(piece, { signal: both })) done.push({ file, outcome: await sending.finish({ signal: both }) });
  });
  return done;
}
