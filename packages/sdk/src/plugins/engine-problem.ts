import { isEntry, isListOf, isRecord } from './values.ts';

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const FORMAT = /^(?:safetensors|gguf|adapter|mixed|unknown)$/;
const TASK = /^(?:train|evaluate|generate|ingest)$/;
/** Names of npm, with a place for the platform; exact versions only, so that what was tried is what comes. */
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._-]{0,99}\/)?(?:[a-z0-9]|\{platform\})(?:[a-z0-9._-]|\{platform\}){0,99}$/;
const EXACT = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,99})?$/;

/** What is wrong with the metadata of an engine; undefined when nothing is. */
export function engineProblem({ engine, entry, summary, formats, builds = {}, ...base }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof engine !== 'string' || !NAME.test(engine)) return '“engine” is no name';
  if (!isEntry(entry)) return `“entry” of ${engine} is no module inside the package`;
  if (typeof summary !== 'string') return `“summary” of ${engine} is missing`;
  if (!isListOf(formats, FORMAT)) return `“formats” of ${engine} is no list of formats`;
  if (!isRecord(builds)) return `“builds” of ${engine} is no object`;
  const unnamed = Object.keys(builds).find((name) => !NAME.test(name));
  if (unnamed !== undefined) return `“builds” of ${engine} has what is no name: ${unnamed.slice(0, 100)}`;
  const problems = [base, ...Object.values(builds)].map((part) =>
    isRecord(part) ? packagesProblem(engine, part) : `“builds” of ${engine} has what is no object`,
  );
  return problems.find((problem) => problem !== undefined);
}

function packagesProblem(engine: string, { packages = {}, size = 0 }: Readonly<Record<string, unknown>>): string | undefined {
  if (!Number.isSafeInteger(size)) return `“size” of ${engine} is no number of bytes`;
  if (!isRecord(packages)) return `“packages” of ${engine} is no object`;
  const bad = Object.entries(packages).find(([name, version]) => !PACKAGE.test(name) || typeof version !== 'string' || !EXACT.test(version));
  return bad && `“packages” of ${engine} has what is no package in an exact version: ${bad[0].slice(0, 100)}`;
}

/** The same of a runner. */
export function runnerProblem({ runner, entry, summary, tasks }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof runner !== 'string' || !NAME.test(runner)) return '“runner” is no name';
  if (!isEntry(entry)) return `“entry” of ${runner} is no module inside the package`;
  if (typeof summary !== 'string') return `“summary” of ${runner} is missing`;
  if (!isListOf(tasks, TASK) || (tasks as readonly unknown[]).length === 0) return `“tasks” of ${runner} is no list of tasks`;
  return undefined;
}
