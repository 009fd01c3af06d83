import { redact } from '@ilab/plugin-api';

const LINES = 200;
const LONGEST = 2000;

/** The end of what a program says, for the case that it fails. */
export interface LastWords {
  hear(chunk: string): void;
  /** The last lines, cleaned. */
  lines(): readonly string[];
}

export function lastWords(): LastWords {
  const lines: string[] = [];
  let begun = '';
  return {
    hear(chunk) {
      const parts = (begun + chunk).split(/\r?\n|\r/);
      begun = (parts.pop() ?? '').slice(-LONGEST);
      lines.push(...parts.filter((line) => line.trim() !== '').map((line) => line.slice(0, LONGEST)));
      lines.splice(0, lines.length - LINES);
    },
    lines: () => [...lines, begun].filter((line) => line.trim() !== '').map(redact),
  };
}
