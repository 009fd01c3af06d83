import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file system can do, as tried. */
export interface Features {
  readonly reflink: boolean;
  readonly hardLink: boolean;
  readonly symlink: boolean;
  /** `A` and `a` are one name. */
  readonly caseBlind: boolean;
  /** One character in its two Unicode spellings is one name. */
  readonly normalises: boolean;
  readonly fsync: boolean;
}

/** Tries with files of its own in a directory, and removes them. */
export async function tryFeatures(directory: string): Promise<Features> {
  const place = join(directory, `doctor-${randomBytes(6).toString('hex')}`);
  await mkdir(place);
  try {
    const file = join(place, 'file');
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile('x'.repeat(8192));
      const can = {
        fsync: await works(handle.sync()),
        reflink: await works(copyFile(file, join(place, 'reflink'), constants.COPYFILE_FICLONE_FORCE)),
        hardLink: await works(link(file, join(place, 'link'))),
        symlink: await works(symlink('file', join(place, 'symlink'))),
      };
      await (await open(join(place, '\u00e9'), 'w')).close();
      return { ...can, caseBlind: existsSync(join(place, 'FILE')), normalises: existsSync(join(place, 'e\u0301')) };
    } finally {
      await handle.close();
    }
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function works(trying: Promise<unknown>): Promise<boolean> {
  try {
    await trying;
    return true;
  } catch {
    return false;
  }
}
