import type { ChildMessage } from './messages.ts';

type Failed = Extract<ChildMessage, { kind: 'failed' }>;

/** What an error of the library means, said so that the user knows what to look at. */
export function failure(error: unknown): Failed {
  const name = error instanceof Error ? error.constructor.name : '';
  const message = error instanceof Error ? error.message : String(error);
  const said = message.split('\n', 1)[0]?.slice(0, 300) ?? '';
  if (name === 'InsufficientMemoryError' || /too large for the available (?:V?RAM|memory)|not enough (?:V?RAM|memory)|out of memory/i.test(message)) {
    return { kind: 'failed', code: 'E_NO_MEMORY', message: `There is not enough memory: ${said}` };
  }
  if (name === 'NoBinaryFoundError') return { kind: 'failed', code: 'E_ENGINE', message: `There is no llama.cpp for this machine: ${said}` };
  if (/lora|adapter/i.test(message)) return { kind: 'failed', code: 'E_NOT_A_MODEL', message: `The adapter can’t be loaded: ${said}` };
  if (
    name === 'InvalidGgufMagicError' ||
    name === 'UnsupportedGgufValueTypeError' ||
    error instanceof RangeError ||
    /failed to load model|gguf|tensor/i.test(message)
  ) {
    return { kind: 'failed', code: 'E_NOT_A_MODEL', message: `llama.cpp can’t read it: ${said}` };
  }
  return { kind: 'failed', code: 'E_ENGINE', message: `llama.cpp could not start: ${said}` };
}
