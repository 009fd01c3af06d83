import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './programs.ts';

/** A command of a page, as a reader would type it. */
export interface TutorialCommand {
  readonly line: string;
  /** Whether it goes on while the others run: it is to be typed in another terminal. */
  readonly stays: boolean;
}

/** Reads the commands of a page: the lines of its `shell` blocks, in their order. */
export async function readTutorial(page: string): Promise<readonly TutorialCommand[]> {
  const text = await readFile(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/(?<before>[^\n]*)\n\n```shell\n(?<block>.*?)```/gs)];
  return blocks.flatMap(({ groups: { before = '', block = '' } = {} }) =>
    block
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ line, stays: before.includes('another terminal') })),
  );
}
