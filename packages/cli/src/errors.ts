import { IlabError, isAbort, isIlabError } from '@ilab/sdk';
import { type CalledCommand, usageError } from './usage-error.ts';

const REPORT = 'This is a bug. Please report it with the output of the same command under ILAB_DEBUG=1: https://github.com/instructlab/ilab/issues';

/** What a command had come to when something was thrown. */
interface Circumstances {
  readonly interrupted?: boolean;
  /** Whether there are bytes to go on with. */
  readonly arrived?: boolean;
  readonly called?: CalledCommand;
}

/** Any thrown value as an error that users can be told: with a code, and what to do. */
export function toIlabError(caught: unknown, { interrupted = false, arrived = false, called }: Circumstances = {}): IlabError {
  if (interrupted || isAbort(caught)) {
    const hint = arrived ? 'What arrived is kept: run the same command again to go on.' : 'Run the same command again when you like.';
    return new IlabError('E_INTERRUPTED', 'Interrupted.', { hint });
  }
  // Errors of another copy of the library have their own class, and the same shape.
  if (isIlabError(caught)) return caught;
  const usage = usageError(caught, called);
  if (usage) return usage;
  const message = caught instanceof Error ? caught.message : String(caught);
  return new IlabError('E_INTERNAL', `Something went wrong that should not: ${message}`, { hint: REPORT, cause: caught });
}
