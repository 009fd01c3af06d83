import { closeSync, constants, fsync, ftruncateSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { type CallOptions, type Delivery, digestParts, type FetchRequest, IlabError, isIlabError } from '@ilab/core';
import { diskError, isFailedSync } from '../fetch/disk-error.ts';
import type { FetchDeps } from '../fetch/fetch-blob.ts';
import type { Journal } from '../fetch/journal.ts';
import { watchForStalls } from '../fetch/stall-watch.ts';
import { createDeliveryLog, type DeliveryLog } from './delivery-log.ts';
import { createDeliverySite, DiskError } from './delivery-site.ts';

/** What came of a delivery: without `sha256` the blob is to be fetched by ranges. */
export interface Delivered {
  readonly sha256?: string;
  /** Bytes over the network, also those that came to nothing. */
  readonly fetched: number;
  /** Bytes out of older files. */
  readonly linked: number;
}

type Request = FetchRequest & { readonly journal: Journal };

const sync = promisify(fsync);

/**
 * Lets the registry bring a blob by its own, shorter way. The whole is hashed; whatever goes wrong but the disk and the caller's signal ends
 * in the ordinary way by ranges, which goes on from what was delivered unless that was wrong.
 */
export async function deliverBlob(deps: FetchDeps, request: Request, options: CallOptions): Promise<Delivered> {
  const { delivery, target, size } = request;
  if (!delivery || size === 0) return { fetched: 0, linked: 0 };
  const file = openPartial(target);
  const log = createDeliveryLog(request);
  try {
    const isDelivered = await deliver(deps, { ...request, delivery, file, log }, options);
    const sha256 = isDelivered ? await prove(deps, { ...request, file }, options) : undefined;
    return { ...log.counts(), ...(sha256 !== undefined && { sha256 }) };
  } catch (error) {
    options.signal?.throwIfAborted();
    const isDisk = error instanceof DiskError || isFailedSync(error);
    if (isFailedSync(error) || (isIlabError(error) && error.code === 'E_INTEGRITY')) log.forget(() => ftruncateSync(file, 0));
    if (isDisk) throw diskError(error instanceof DiskError ? error.cause : error, target, size - log.done());
    const what = delivery.older[0]?.file.path ?? request.digest;
    deps.options.logger?.debug(`${what} is fetched by ranges: ${error instanceof Error ? error.message : String(error)}`);
    return log.counts();
  } finally {
    log.save();
    closeSync(file);
  }
}

type Delivering = Request & { readonly delivery: Delivery; readonly file: number; readonly log: DeliveryLog };

async function deliver(deps: FetchDeps, { delivery, size, file, log }: Delivering, options: CallOptions): Promise<boolean> {
  const end = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, end.signal]) : end.signal;
  const site = createDeliverySite(deps, { older: delivery.older, size, file, log, signal });
  const watch = watchForStalls({ stallAfter: deps.connections.stallAfter, isHeld: () => site.isHeld(), onStall: () => end.abort(stalled()) });
  log.onBytes((bytes) => watch.count(bytes));
  try {
    return await untilAborted(delivery.deliver(site.lent, { signal }), signal);
  } finally {
    watch.stop();
    site.close();
    end.abort(new Error('the delivery has ended'));
  }
}

/** @returns its sha256; @throws IlabError E_INTEGRITY */
async function prove(deps: FetchDeps, { target, size, digest, file }: Request & { readonly file: number }, { signal }: CallOptions): Promise<string> {
  const { algorithm, hex } = digestParts(digest);
  setSize(file, size);
  const follower = deps.threads.follow({ path: target, size, algorithm });
  try {
    follower.advance(size);
    const [hashes] = await untilAborted(Promise.all([follower.result, sync(file)]), signal);
    if (algorithm !== 'etag' && hashes[algorithm] === hex) return hashes.sha256;
    throw new IlabError('E_INTEGRITY', 'what was delivered is not what was announced', { side: 'source' });
  } finally {
    await follower.stop();
  }
}

/** A registry may be deaf to its signal; nobody waits for it then. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal?.reason);
  work.catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function openPartial(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (error) {
    throw diskError(error, path);
  }
}

function setSize(file: number, size: number): void {
  try {
    ftruncateSync(file, size);
  } catch (cause) {
    throw new DiskError('the partial file can’t be written', { cause });
  }
}

function stalled(): IlabError {
  return new IlabError('E_NETWORK', 'no byte came in time', { retryable: true, side: 'source' });
}
