import { type CallOptions, type HttpResponse, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../../content/descriptor.ts';
import type { Content } from '../../target/content.ts';
import { pulling } from '../access.ts';
import { pause } from '../pause.ts';
import type { RepositoryClient } from '../repository-client.ts';
import { type KeptSession, keptSession } from './kept-session.ts';
import { createPartReader, type PartReader } from './part-reader.ts';
import { type Sent, sendPart } from './send-part.ts';
import { brokenUpload, checkStored, refusalOf, refusedUpload } from './upload-errors.ts';
import { checkBlobSize } from './upload-rules.ts';
import { askSession, cancelSession, closingUrl, openSession, readLocation, readOffset, type UploadSession } from './upload-session.ts';

/** How often an upload is gone on with, or begun anew, without a byte more in between. */
const MOST_BREAKS = 5;
const MOST_RESTARTS = 3;

/**
 * Sends a blob: in one request where it is small or the registry takes no chunks, in chunks else, each of which is there when the next
 * one breaks. Goes on with what an earlier process left, if the registry still has it.
 * @returns bytes that went out
 * @throws IlabError as `Pusher.push`
 */
export async function uploadBlob(client: RepositoryClient, { descriptor, content }: Blob, options: CallOptions): Promise<number> {
  checkBlobSize(client.host, descriptor);
  const upload = new Upload(client, { descriptor, content });
  try {
    await upload.run(options);
  } catch (error) {
    const isKept = await upload.giveUp(error);
    options.signal?.throwIfAborted();
    const isTheirs = isIlabError(error) && error.code === 'E_NETWORK' && error.side !== 'source';
    throw isTheirs ? brokenUpload(error, { host: client.host, isKept }) : error;
  } finally {
    await upload.close();
  }
  return upload.sent;
}

export interface Blob {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

class Upload {
  sent = 0;
  readonly #client: RepositoryClient;
  readonly #blob: Blob;
  readonly #kept: KeptSession;
  readonly #reader: PartReader;
  #session: UploadSession | undefined;
  #breaks = 0;
  #restarts = 0;

  constructor(client: RepositoryClient, blob: Blob) {
    this.#client = client;
    this.#blob = blob;
    this.#kept = keptSession(client, blob.descriptor.digest);
    this.#reader = createPartReader(blob.content, blob.descriptor.size);
  }

  async run(options: CallOptions): Promise<void> {
    const resumed = await this.#kept.resume(options);
    this.#session = resumed;
    let isResumed = resumed !== undefined;
    for (;;) {
      this.#session ??= await this.#open(options);
      const answer = await this.#step(this.#session, options);
      if (answer === undefined) continue;
      if (answer.status === 201 || answer.status === 200 || answer.status === 204) {
        checkStored(answer, { host: this.#client.host, digest: this.#blob.descriptor.digest });
        await this.#kept.drop();
        return;
      }
      // What was there of an earlier time need not have been of this blob.
      if (answer.status !== 400 || !isResumed) throw await refusalOf(answer, { client: this.#client, ...this.#blob });
      isResumed = false;
      await this.#restart({ tell: true });
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  /** What is left behind when the upload fails. @returns whether a later one goes on with it */
  async giveUp(error: unknown): Promise<boolean> {
    const session = this.#session;
    if (!session) return false;
    const isLost = isIlabError(error) && (error.code === 'E_INTEGRITY' || error.code === 'E_REGISTRY') && !error.retryable;
    if (this.#client.uploads.sessions && this.#isKept() && !isLost) return true;
    await Promise.all([cancelSession(this.#client, session.location), this.#kept.drop()]);
    return false;
  }

  /** One request and what follows from it. @returns the answer that ends the upload, for good or ill */
  async #step(session: UploadSession, options: CallOptions): Promise<HttpResponse | undefined> {
    const { size, digest } = this.#blob.descriptor;
    const start = session.offset;
    const isLast = start === size || (start === 0 && !this.#isChunked());
    const end = isLast ? size : Math.min(size, start + this.#client.habits.chunkSize);
    const target = isLast ? ({ method: 'PUT', url: closingUrl(session.location, digest) } as const) : ({ method: 'PATCH', url: session.location } as const);
    const onSent = (bytes: number): void => {
      this.sent += bytes;
    };
    const sent = await sendPart(this.#client, { ...target, reader: this.#reader, start, end, size, onSent }, options);
    if (sent.broke) return (isLast && (await this.#findStored(options))) || this.#recover(sent, options);
    const { answer } = sent;
    if (isLast) return answer.status === 404 ? this.#restart({ tell: start > 0 }) : answer;
    if (answer.status === 202) return this.#advance(answer, { start, end }, options);
    if (answer.status === 401 || answer.status === 403 || answer.status === 413 || (answer.status >= 300 && answer.status < 400)) return answer;
    // The first chunk shows whether a registry takes any: some say 201 or 416 to it.
    if (start === 0) this.#client.habits.chunks = false;
    return this.#restart({ tell: start > 0 });
  }

  /** A registry need not have taken what it says thanks for: version 2.8 of distribution does not look where a chunk belongs. */
  async #advance(answer: HttpResponse, { start, end }: { readonly start: number; readonly end: number }, options: CallOptions): Promise<undefined> {
    const location = answer.headers['location'] === undefined ? (this.#session?.location ?? '') : readLocation(answer, this.#client);
    const offset = readOffset(answer) === end ? end : (await askSession(this.#client, location, options))?.offset;
    if (offset === undefined || offset <= start || offset > end) {
      this.#client.habits.chunks = false;
      return this.#restart({ tell: start > 0 });
    }
    this.#breaks = 0;
    this.#session = { location, offset };
    await this.#kept.put(this.#session);
  }

  /** After a break: on from where the registry is, or from the beginning where it has given up. */
  async #recover(broken: Extract<Sent, { readonly broke: true }>, options: CallOptions): Promise<undefined> {
    const session = this.#session;
    if (this.#breaks === MOST_BREAKS || !session) throw broken.error ?? refusedUpload(broken.answer, this.#client);
    await pause(this.#breaks, options);
    this.#breaks++;
    const found = this.#isKept() ? await askSession(this.#client, session.location, options) : undefined;
    if (!found || found.offset > this.#blob.descriptor.size) return this.#restart({ tell: true, because: broken });
    if (found.offset > session.offset) this.#breaks = 0;
    this.#session = found;
    await this.#kept.put(found);
  }

  /** What ended with no answer may have been done. */
  async #findStored(options: CallOptions): Promise<HttpResponse | undefined> {
    const { base, repository, authorizer } = this.#client;
    const answer = await authorizer.send({ url: `${base}/blobs/${this.#blob.descriptor.digest}`, method: 'HEAD' }, pulling(repository), options);
    return answer.status === 200 ? answer : undefined;
  }

  async #restart({ tell, because }: { readonly tell: boolean; readonly because?: Extract<Sent, { readonly broke: true }> }): Promise<undefined> {
    const { host, repository, uploads } = this.#client;
    if (this.#restarts++ === MOST_RESTARTS) throw because?.error ?? refusedUpload(because?.answer, this.#client);
    if (this.#session) await Promise.all([cancelSession(this.#client, this.#session.location), this.#kept.drop()]);
    this.#session = undefined;
    if (tell) uploads.onRestart?.({ host, repository, digest: this.#blob.descriptor.digest });
  }

  async #open(options: CallOptions): Promise<UploadSession> {
    const session = await openSession(this.#client, options);
    if (this.#isKept()) await this.#kept.put(session);
    return session;
  }

  /** Whether a break, of this process or of the next, is gone on from: a registry that takes chunks tells what it has, also of one request. */
  #isKept(): boolean {
    return this.#client.habits.chunks && this.#blob.descriptor.size >= this.#client.habits.keptFrom;
  }

  #isChunked(): boolean {
    return this.#client.habits.chunks && this.#blob.descriptor.size > this.#client.habits.chunkSize;
  }
}
