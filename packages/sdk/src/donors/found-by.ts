import { normalize } from 'node:path';
import type { Donation } from '@ilab/core';
import { fileInside } from '@ilab/local-fs';
import { WrongAnswer } from '../plugins/apart/answers.ts';
import { isIn } from './real-folders.ts';

const LONGEST = 4096;

/**
 * What a plugin says that it found, where it can be: a regular file of this size, by whatever links, in a folder that it may read. What is gone, or was made
 * to lead elsewhere, is nothing; what is outside as it is written was never meant to be there.
 * @throws WrongAnswer
 */
export function foundBy(
  value: unknown,
  { folders, size, tool }: { readonly folders: readonly string[]; readonly size: number; readonly tool: string },
): Donation | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > LONGEST || value.includes('\0')) throw new WrongAnswer('what it found is no path');
  const folder = normalize(value) === value ? folders.find((one) => isIn(value, one)) : undefined;
  if (folder === undefined) throw new WrongAnswer('what it found is not in its folders');
  const path = fileInside(folder, value, size);
  // Its tool may write into its files; a copy of ours nobody writes into.
  return path === undefined ? undefined : { path, tool, mayLink: false };
}
