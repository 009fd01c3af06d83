import type { RunnerEvent } from '@ilab/sdk';
import { presentRunnerEvent } from '../present/runner-event.ts';

/** Milliseconds between two lines on the progress of one thing. */
const EVERY = 2000;

/**
 * Tells how a job goes, in lines that a person can follow: steps now and then with the latest figures, and everything that is finished.
 * What the library itself says is told on request only.
 */
export function createJobReport({
  print,
  debug,
  now = () => performance.now(),
}: {
  print: (line: string) => void;
  debug: boolean;
  now?: () => number;
}): (event: RunnerEvent) => void {
  const figures = new Map<string, string>();
  let last = Number.NEGATIVE_INFINITY;
  let label: string | undefined;
  return (event) => {
    if (event.type === 'log') {
      if (debug) print(presentRunnerEvent(event));
    } else if (event.type === 'metric') {
      figures.set(event.name, presentRunnerEvent({ type: 'metric', name: event.name, value: Number(event.value.toPrecision(5)) }));
    } else if (event.type === 'artifact') {
      print(presentRunnerEvent(event));
    } else {
      const isNews = event.label !== label || event.done === event.total;
      if (!isNews && now() - last < EVERY) return;
      last = now();
      label = event.label;
      print([presentRunnerEvent(event), ...[...figures.values()].slice(0, 4)].join(', '));
      figures.clear();
    }
  };
}
