import type { Progress, ProgressTask, UploadRequest } from '@ilab/core';
import type { Peer, Plain } from './peer.ts';

const OUTCOMES: readonly unknown[] = ['fetched', 'sent', 'linked', 'checked', 'failed'];

/** An upload as it crosses: its files stay here, and lie ready to be read. */
export function lendUpload(peer: Peer, { files, ...request }: UploadRequest): { readonly request: Plain; takeBack(): void } {
  const loans = files.map(({ path, size, sha256, open }) => ({ file: { path, size, sha256 }, loan: peer.lend(({ range }) => open(rangeOf(range, size))) }));
  return {
    request: { ...request, files: loans.map(({ file, loan: { lent } }) => ({ ...file, lent })) },
    takeBack() {
      for (const { loan } of loans) loan.takeBack();
    },
  };
}

function rangeOf(range: unknown, size: number): { readonly start: number; readonly end: number } {
  const { start = 0, end = size } = (typeof range === 'object' && range !== null ? range : {}) as Plain;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || Number(start) < 0 || Number(end) > size || Number(start) > Number(end)) {
    throw new Error('it asked for bytes that a file has not');
  }
  return { start: Number(start), end: Number(end) };
}

/** The host's progress, as several calls at once may report to it from the other side. */
export interface LentProgress {
  readonly note: (params: Plain) => void;
  lend(progress: Progress): { readonly progress: number; takeBack(): void };
}

export function lendProgress(): LentProgress {
  const lent = new Map<number, Progress>();
  const tasks = new Map<string, ProgressTask>();
  let last = 0;
  return {
    note({ progress: number, id, total, task, bytes, options, outcome }) {
      const progress = lent.get(Number(number));
      const key = `${String(number)} ${String(id)}`;
      const { files, bytes: all } = (total ?? {}) as Plain;
      const { label, size } = (task ?? {}) as Plain;
      const { resumed } = (options ?? {}) as Plain;
      if (typeof files === 'number' && typeof all === 'number') progress?.plan({ files, bytes: all });
      else if (progress && typeof label === 'string' && typeof size === 'number') tasks.set(key, progress.begin({ label: label.slice(0, 200), size }));
      else if (typeof bytes === 'number') tasks.get(key)?.at(bytes, typeof resumed === 'number' ? { resumed } : undefined);
      else if (OUTCOMES.includes(outcome)) {
        tasks.get(key)?.end(outcome as Parameters<ProgressTask['end']>[0]);
        tasks.delete(key);
      }
    },
    lend(progress) {
      last += 1;
      const number = last;
      lent.set(number, progress);
      return {
        progress: number,
        takeBack() {
          lent.delete(number);
          for (const key of tasks.keys()) if (key.startsWith(`${number} `)) tasks.delete(key);
        },
      };
    },
  };
}
