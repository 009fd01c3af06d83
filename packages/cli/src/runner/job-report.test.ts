import { expect, it } from 'vitest';
import { createJobReport } from './job-report.ts';
import { outputName } from './output-name.ts';

function told(debug = false) {
  const lines: string[] = [];
  let time = 0;
  const report = createJobReport({ print: (line) => lines.push(line), debug, now: () => time });
  return { lines, report, wait: (milliseconds: number) => (time += milliseconds) };
}

it('tells steps now and then, with the latest figures, and the last one always', () => {
  const { lines, report, wait } = told();
  for (let step = 1; step <= 40; step++) {
    report({ type: 'progress', done: step, total: 40, unit: 'steps', label: 'train' });
    report({ type: 'metric', name: 'loss', value: 40 / (step + 3), step });
    wait(100);
  }
  expect(lines).toEqual(['train: 1 of 40 steps', 'train: 21 of 40 steps, loss 1.7391', 'train: 40 of 40 steps, loss 0.95238']);
});

it('tells what is finished at once, and what the library says on request', () => {
  const { lines, report } = told();
  report({ type: 'log', line: 'noise' });
  report({ type: 'artifact', kind: 'checkpoint', path: 'checkpoint-3', step: 3 });
  expect(lines).toEqual(['step 3: checkpoint: checkpoint-3']);
  const loud = told(true);
  loud.report({ type: 'log', line: 'noise\u001b[2J' });
  expect(loud.lines).toEqual(['noise?[2J']);
});

it.each([
  ['quay.io/acme/granite:v1', 'granite-v1-20261127-221500'],
  ['/models/.hidden', 'hidden-20261127-221500'],
  ['…', 'model-20261127-221500'],
])('a folder for what is made of %s is called %s', (model, name) => {
  expect(outputName(model, new Date('2026-11-27T22:15:00Z'))).toBe(name);
});
