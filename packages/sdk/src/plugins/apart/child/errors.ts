import type { Plain } from '../peer.ts';

const BRAND = Symbol.for('@ilab/error');
const LONGEST = 2000;

/** An error as it crosses the channel. Only those of the closed list keep their code; a stack says where files lie, and stays. */
export function encodeError(error: unknown): Plain {
  if (!(error instanceof Error) && !isBranded(error)) return { message: String(error).slice(0, LONGEST) };
  const { name, message, code, hint, details, retryable, side } = error as Error & Plain;
  const said = String(message).slice(0, LONGEST);
  if (!isBranded(error)) return { message: name === 'Error' ? said : `${name}: ${said}`, ...(isAborted(error) && { aborted: true }) };
  return { code, message: said, hint, details, retryable, side };
}

/** What the host answered with, as plugins know errors: by brand, not by class. */
export function decodeError({ code, message, hint, details, retryable, side, aborted }: Plain): Error {
  const error = Object.assign(new Error(String(message)), code === undefined ? {} : { code, hint, details, retryable: retryable === true, side });
  error.name = aborted === true ? 'AbortError' : code === undefined ? 'Error' : 'IlabError';
  return code === undefined ? error : Object.defineProperty(error, BRAND, { value: true });
}

function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
