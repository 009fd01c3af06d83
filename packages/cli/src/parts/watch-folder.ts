import type { Progress } from '@ilab/sdk';
import { folderSize } from './folder-size.ts';

const EVERY = 1000;

/** Shows how a folder grows, which npm does not tell. @returns what ends it */
export function watchFolder(
  directory: string,
  { progress, label, size }: { readonly progress: Progress; readonly label: string; readonly size: number },
): () => void {
  progress.plan({ files: 1, bytes: size });
  const task = progress.begin({ label, size });
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    task.at(Math.min(size, await folderSize(directory)));
    looking = false;
  }, EVERY);
  timer.unref();
  return () => {
    clearInterval(timer);
    task.end('fetched');
  };
}
