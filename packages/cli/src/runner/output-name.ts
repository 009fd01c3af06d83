import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder's name for what is made of a model: its last part, and when; in order when sorted. */
export function outputName(model: string, now: Date): string {
  const [last = ''] = model.split(/[/\\]/).slice(-1);
  const name = last.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${name === '' ? 'model' : name.slice(0, 60)}-${time}`;
}

/** Makes a folder that nobody else has, below one that need not be there: two jobs may begin in one second. */
export async function makeOutput(directory: string, name: string, tries = 1): Promise<string> {
  const path = join(directory, tries === 1 ? name : `${name}-${tries}`);
  await mkdir(directory, { recursive: true });
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return makeOutput(directory, name, tries + 1);
  }
}
