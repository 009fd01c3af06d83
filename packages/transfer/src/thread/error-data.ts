import { type ErrorCode, IlabError, isIlabError } from '@ilab/core';
import { codeOf } from '../http/network-error.ts';

/** An error as plain data: one that is cloned from thread to thread loses its code. */
export interface ErrorData {
  readonly message: string;
  /** Of the system or the client. */
  readonly code?: string;
  readonly syscall?: string;
  /** Where it is one of ours. */
  readonly own?: { readonly code: ErrorCode; readonly side?: 'source' | 'target' };
}

export function toData(error: unknown): ErrorData {
  if (isIlabError(error)) return { message: error.message, own: { code: error.code, ...(error.side && { side: error.side }) } };
  if (!(error instanceof Error)) return { message: String(error) };
  const code = codeOf(error);
  return { message: error.message, ...(code !== '' && { code }), ...('syscall' in error && { syscall: String(error.syscall) }) };
}

export function fromData({ message, own, ...rest }: ErrorData): Error {
  return own ? new IlabError(own.code, message, own.side && { side: own.side }) : Object.assign(new Error(message), rest);
}
