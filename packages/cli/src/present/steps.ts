import { displayWidth } from './terminal-width.ts';
import { wrap } from './wrap.ts';

/** A command to run, and what it does. */
export type StepToTake = readonly [command: string, does: string];

/** Commands beside what they do, or above it where that is too wide. Each stands on a line of its own, to be copied. */
export function presentSteps(steps: readonly StepToTake[], width: number): string {
  const longest = Math.max(0, ...steps.map(([command]) => displayWidth(command)));
  const fits = steps.every(([, does]) => longest + displayWidth(does) + 4 <= width);
  if (fits) return steps.map(([command, does]) => `  ${command.padEnd(longest)}  ${does}`.trimEnd()).join('\n');
  return steps.map(([command, does]) => [`  ${command}`, ...(does === '' ? [] : wrap(does, width - 6).map((line) => `      ${line}`))].join('\n')).join('\n');
}
