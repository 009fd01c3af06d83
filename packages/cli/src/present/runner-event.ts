import type { RunnerEvent } from '@ilab/sdk';
import { printable } from './printable.ts';

/** What a runner tells, as one line. */
export function presentRunnerEvent(event: RunnerEvent): string {
  switch (event.type) {
    case 'log':
      return printable(event.line);
    case 'metric':
      return `${step(event.step)}${printable(event.name)} ${event.value}`;
    case 'artifact':
      return `${step(event.step)}${event.kind}: ${printable(event.path)}`;
    case 'progress': {
      const of = event.total === undefined ? '' : ` of ${event.total}`;
      return `${event.label === undefined ? '' : `${printable(event.label)}: `}${event.done}${of} ${printable(event.unit)}`;
    }
  }
}

function step(number: number | undefined): string {
  return number === undefined ? '' : `step ${number}: `;
}
