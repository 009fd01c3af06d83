import { relative } from 'node:path';

/** A file of tests, as vitest's JSON reporter times it. */
export interface TimedFile {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
}

const SHOWN = 15;

/** Where the time of a run went: the slowest files, a line each, in seconds. */
export function slowestFiles(files: readonly TimedFile[], root: string): readonly string[] {
  return files
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .filter(({ seconds }) => seconds >= 1)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SHOWN)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${relative(root, name)}`);
}
