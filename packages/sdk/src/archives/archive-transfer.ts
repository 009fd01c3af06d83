import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { type CallOptions, type FetchRequest, type FetchResult, IlabError, isIlabError, type Transfer } from '@ilab/core';
import type { LayoutArchive } from '@ilab/oras';

/** Brings bytes out of an archive, verified on the way. */
export function archiveTransfer(archive: Pick<LayoutArchive, 'fetch'>, transfer: Transfer): Transfer {
  return {
    fetch: (request, options) => take(archive, request, options),
    unpack: (request, options) => transfer.unpack(request, options),
  };
}

async function take(archive: Pick<LayoutArchive, 'fetch'>, { digest, size, target, task }: FetchRequest, options: CallOptions): Promise<FetchResult> {
  const hash = createHash('sha256');
  try {
    // What a download left of it is of no use here, and its notes are not true any more.
    await rm(`${target}.journal`, { force: true });
    const handle = await open(target, 'w', 0o644);
    try {
      let at = 0;
      for await (const piece of archive.fetch({ mediaType: '', digest, size, annotations: {} }, options)) {
        await handle.writeFile(piece);
        hash.update(piece);
        at += piece.length;
        task?.at(at);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_INTEGRITY') await rm(target, { force: true });
    throw told(error, target);
  }
  return { fetched: size, linked: 0, sha256: hash.digest('hex') };
}

function told(error: unknown, target: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (isIlabError(error) || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new IlabError('E_NO_SPACE', `There is no space left for ${target}.`, { hint: 'Free some space and run it again.', side: 'target', cause: error });
  }
  return new IlabError('E_STORE', `${target}: ${error instanceof Error ? error.message : code}`, { side: 'target', cause: error });
}
