import { IlabError } from './ilab-error.ts';

/** What it means that a thread for hashing ended: Node gives no reason where one could not be started. Other errors stay as they are. */
export function threadError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_WORKER_INIT_FAILED' && code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new IlabError('E_STORE', `A thread for hashing can’t be started or kept (${code}).`, {
    hint: 'Look at the limits of this process: open files (EMFILE; ulimit -n), threads (ulimit -u) and memory.',
    retryable: true,
    cause: error,
  });
}
