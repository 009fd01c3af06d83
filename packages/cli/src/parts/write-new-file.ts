import { writeFile } from 'node:fs/promises';
import { IlabError } from '@ilab/sdk';

/** Writes a file that was not there. @throws IlabError E_USAGE where it is there, or can't be written */
export async function writeNewFile(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx' });
  } catch (cause) {
    const there = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new IlabError('E_USAGE', there ? `${path} is there already.` : `${path} can’t be written.`, {
      hint: there ? 'Name another file, or remove it first.' : 'Name a file in a folder that is there and can be written to.',
      cause,
    });
  }
}
