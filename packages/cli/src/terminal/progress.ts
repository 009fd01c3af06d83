import type { Progress, ProgressTask } from '@ilab/sdk';
import { printable } from '../present/printable.ts';
import { createLiveArea } from './live-area.ts';
import { describeTask, describeTotal, type Transferring, type Total } from './describe-progress.ts';

/** Progress that shares the screen with other lines. */
export interface LiveProgress extends Progress {
  /** Writes a line above whatever is moving. */
  print(line: string): void;
  /** Whether anything of any file came to be here; also where nothing is shown. */
  readonly arrived: boolean;
  stop(): void;
}

/** Milliseconds between two looks: on a terminal, and elsewhere, where every look is a line of a log. */
const LIVE_EVERY = 100;
const LINE_EVERY = 5000;

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly silent: boolean;
  /** No line is written over, as whoever reads with their ears wants it. */
  readonly plain: boolean;
}

/** Whether lines are to be written one after the other, also on a terminal: said so, or one that can't go back. */
export function wantsPlain(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['ILAB_PROGRESS'] === 'plain' || env['TERM'] === 'dumb';
}

/** One live line per file and a total on a terminal; elsewhere a plain line every few seconds. */
export function createProgress({ stream, silent, plain }: ProgressOptions): LiveProgress {
  const live = stream.isTTY && !silent && !plain;
  const area = createLiveArea(stream);
  const tasks = new Set<Transferring>();
  const total: Total = { bytes: 0, done: 0, received: 0, started: performance.now() };
  let timer: NodeJS.Timeout | undefined;
  let arrived = false;

  const draw = (): void => {
    const now = performance.now();
    if (live) area.show([...[...tasks].map((task) => describeTask(task, stream.columns)), describeTotal({ total, tasks, now, columns: stream.columns })]);
    else stream.write(`${describeTotal({ total, tasks, now })}\n`);
  };
  const start = (): void => {
    if (silent || timer) return;
    total.started = performance.now();
    total.received = 0;
    timer = setInterval(draw, live ? LIVE_EVERY : LINE_EVERY);
    timer.unref();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    area.clear();
  };

  return {
    plan({ bytes }) {
      total.bytes = bytes;
      start();
    },
    begin({ label, size }): ProgressTask {
      const task: Transferring = { label: printable(label), size, at: 0, resumed: 0 };
      tasks.add(task);
      return {
        at(bytes, { resumed } = {}) {
          task.at = bytes;
          arrived ||= bytes > 0;
          if (resumed !== undefined) task.resumed = resumed;
        },
        end(outcome) {
          tasks.delete(task);
          if (outcome !== 'failed') total.done += size;
          arrived ||= outcome === 'fetched' || outcome === 'linked';
          if (outcome === 'fetched' || outcome === 'sent' || outcome === 'checked') total.received += size - task.resumed;
          // The last one takes the lines away, so that the result stands alone.
          if (tasks.size === 0 && total.done >= total.bytes) stop();
        },
      };
    },
    get arrived() {
      return arrived;
    },
    print(line) {
      area.clear();
      stream.write(`${line}\n`);
    },
    stop,
  };
}
