import { type ErrorCode, IlabError, redact } from '@ilab/plugin-api';
import type { ChildMessage } from './child/messages.ts';

type Failed = Extract<ChildMessage, { kind: 'failed' }>;

/** What to do about each. */
const HINTS: Readonly<Record<Failed['code'], string>> = {
  E_NOT_A_MODEL: 'Check the file: ilab model verify; or fetch it again: ilab model download --force',
  E_NO_MEMORY: 'Take a shorter context (--context), fewer conversations at once (--slots), or a smaller quantisation.',
  E_ENGINE: 'See what it says with ILAB_DEBUG=1, or install it again: ilab engine install llama-cpp',
};

/** As llama.cpp and ggml write it where the system gives them no memory. */
const NO_MEMORY = /^error: (?:\w+: )*(.*(?:cannot allocate memory|insufficient memory|(?:failed|unable) to allocate).*)$/im;

/** Why a model could not be loaded. The library's error itself says no more than that; what it writes beside it is the reason. */
export function loadFailure({ code, message }: Failed, output: string): IlabError {
  const [, reason] = code === 'E_NO_MEMORY' ? [] : (NO_MEMORY.exec(output) ?? []);
  const told: { readonly code: ErrorCode & Failed['code']; readonly message: string } =
    reason === undefined ? { code, message } : { code: 'E_NO_MEMORY', message: `There is not enough memory: ${reason.slice(0, 300)}` };
  return new IlabError(told.code, redact(told.message), { hint: HINTS[told.code], details: { output: redact(output) } });
}

/** Why its process ended before it could say so. Nobody here sends SIGKILL before whoever asked has been answered, so that it was the system. */
export function suddenEnd(because: string, wasKilled: boolean, output: string): IlabError {
  const code = wasKilled ? 'E_NO_MEMORY' : 'E_ENGINE';
  const why = wasKilled ? `${because} That is what a system does whose memory runs out.` : because;
  return new IlabError(code, `llama.cpp could not start. ${why}`, { hint: HINTS[code], details: { output: redact(output) } });
}
