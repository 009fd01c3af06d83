import { printable } from './printable.ts';
import { formatTable } from './table.ts';

interface Score {
  readonly model: string;
  readonly task: string;
  readonly metric: string;
  readonly value: number;
}

/** Scores of an evaluation, `{scores: {task: {metric: value}}}`, and those of the model that it is compared with under `base`. */
export function presentScores(summary: Readonly<Record<string, unknown>>): string {
  const rows = [...scoresOf(summary, ''), ...scoresOf(objectOf(summary['base']), 'base')];
  const compared = rows.some(({ model }) => model !== '');
  return formatTable(rows, [
    { title: 'TASK', value: ({ task }: Score) => printable(task) },
    ...(compared ? [{ title: 'MODEL', value: ({ model }: Score) => model }] : []),
    { title: 'METRIC', value: ({ metric }: Score) => printable(metric) },
    { title: 'SCORE', value: ({ value }: Score) => value.toFixed(4), align: 'right' as const },
  ]);
}

function scoresOf(summary: Readonly<Record<string, unknown>>, model: string): readonly Score[] {
  return Object.entries(objectOf(summary['scores'])).flatMap(([task, metrics]) =>
    Object.entries(objectOf(metrics)).flatMap(([metric, value]) => (typeof value === 'number' ? [{ model, task, metric, value }] : [])),
  );
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
