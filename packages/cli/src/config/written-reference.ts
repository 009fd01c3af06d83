import { resolve } from 'node:path';
import type { Reference } from '@ilab/sdk';

/** A reference as a file keeps it, which is read from anywhere: a relative path becomes an absolute one. */
export function writtenReference(reference: Reference, typed: string): string {
  return reference.kind === 'path' && !typed.startsWith('~') && !typed.startsWith('$') ? resolve(reference.path) : typed;
}
