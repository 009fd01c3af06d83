import { IlabError, isAbort, isIlabError } from '../../errors/ilab-error.ts';
import { digestParts } from '../../model/digest.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { SnapshotWriter } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Donor } from '../../ports/donor.ts';
import type { ProgressTask } from '../../ports/progress.ts';
import type { Registry } from '../../ports/registry.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import type { DownloadDeps } from './deps.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { adoptDonated } from './donations.ts';
import type { Tally } from './tally.ts';
import type { Waiting } from './tell-waiting.ts';

/** Files on their way at once; connections are the transfer's to share out among them. */
const FILES_AT_ONCE = 8;

export interface FetchFilesRequest {
  readonly registry: Registry;
  readonly snapshot: RemoteSnapshot;
  readonly files: readonly RemoteFile[];
  readonly writer: SnapshotWriter;
  readonly tally: Tally;
  readonly force: boolean;
  readonly donors: readonly Donor[];
  readonly waiting: Waiting;
}

/** Puts files in place that are not there: from equal bytes on this machine, from another tool's, else from the registry. Large ones go first. */
export async function fetchFiles(deps: DownloadDeps, request: FetchFilesRequest, options: CallOptions): Promise<void> {
  const largestFirst = [...request.files].sort((a, b) => b.blob.size - a.blob.size);
  const delivery = createDeliveries(deps, request);
  await forEachAtOnce(largestFirst, { limit: FILES_AT_ONCE, signal: options.signal }, (file, signal) =>
    fetchFile(deps, { ...request, file, delivery }, { signal }),
  );
}

type FetchFileRequest = FetchFilesRequest & { readonly file: RemoteFile; readonly delivery: Deliveries };

async function fetchFile(deps: DownloadDeps, request: FetchFileRequest, options: CallOptions): Promise<void> {
  const { file, writer, force, tally } = request;
  const task = deps.progress.begin({ label: file.path, size: file.blob.size });
  try {
    if (!force && (await writer.has({ path: file.path, size: file.blob.size }))) return task.end('linked');
    if (!force && (await reuse({ ...request, task }, options))) return task.end('linked');
    const staged = await writer.stage(file.blob, { ...options, onWait: (holder) => request.waiting(file.path, holder) });
    try {
      // Another download may have brought it while this one waited for the staging place.
      if (!force && (await writer.has({ path: file.path, size: file.blob.size }))) return task.end('linked');
      if (!force && (await reuse({ ...request, task }, options))) return task.end('linked');
      if (await adoptDonated(deps, { ...request, task }, options)) return task.end('linked');
      const { fetched, linked, sha256 } = await deps.transfer.fetch(
        {
          size: file.blob.size,
          digest: file.blob.digest,
          target: staged.path,
          task,
          delivery: await request.delivery(file, options),
          locate: (call) => request.registry.locate({ snapshot: request.snapshot, blob: file.blob }, call),
        },
        options,
      );
      tally.fetched += fetched;
      tally.linked += linked;
      await writer.place({ path: file.path, size: file.blob.size, sha256 }, staged.path);
      task.end('fetched');
    } finally {
      await staged.release();
    }
  } catch (error) {
    task.end('failed');
    throw isAbort(error) ? error : inFile(error, file.path);
  }
}

type Reuse = Pick<FetchFilesRequest, 'writer' | 'tally'> & { readonly file: RemoteFile; readonly task: ProgressTask };

async function reuse({ file, writer, tally, task }: Reuse, options: CallOptions): Promise<boolean> {
  const { algorithm, hex } = digestParts(file.blob.digest);
  if (algorithm !== 'sha256') return false;
  const found = await writer.reuse({ path: file.path, size: file.blob.size, sha256: hex }, { ...options, task });
  if (found) tally.linked += file.blob.size;
  return found;
}

/** Says which file it was, where the error doesn't. */
function inFile(error: unknown, path: string): unknown {
  if (!isIlabError(error) || error.message.includes(path)) return error;
  const { code, hint, details, retryable, side } = error;
  return new IlabError(code, `${path}: ${error.message}`, {
    ...(hint !== undefined && { hint }),
    details: { ...details, file: path },
    retryable,
    ...(side && { side }),
    cause: error,
  });
}
