import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '@ilab/hub';

/** Files of a snapshot on disk that are not what the hub holds, and those that are not there. @returns their paths */
export function wrongFiles(directory: string, { files }: Snapshot): readonly string[] {
  const here = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.'));
  const isWrong = (path: string): boolean => {
    const expected = files.get(path)?.sha256;
    return (
      !here.includes(path) ||
      createHash('sha256')
        .update(readFileSync(join(directory, path)))
        .digest('hex') !== expected
    );
  };
  return [...new Set([...here, ...files.keys()])].filter(isWrong);
}
