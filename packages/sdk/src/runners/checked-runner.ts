import { type CallOptions, IlabError, isFilePath, type Json, type Runner, type RunnerEvent, type RunnerJob, type RunnerResult } from '@ilab/core';
import { checkedFit } from '../engines/checked-engine.ts';

const LONGEST = 8192;
const KINDS: readonly unknown[] = ['checkpoint', 'adapter', 'dataset', 'report'];

/** A plugin's runner, with every answer of it checked. Events that make no sense are left out: they are no reason to end the work. */
export function checkedRunner(runner: Runner): Runner {
  const install = runner.install?.bind(runner);
  return {
    name: runner.name,
    tasks: runner.tasks,
    fit: async (job, options) => checkedFit(runner.name, await runner.fit(job, options)),
    async run(job: RunnerJob, report, options: CallOptions) {
      return checkedResult(runner.name, await runner.run(job, checkedReport(report), options));
    },
    ...(install && { install: (report: (event: RunnerEvent) => void, options: CallOptions) => install(checkedReport(report), options) }),
  };
}

function checkedReport(report: (event: RunnerEvent) => void): (event: RunnerEvent) => void {
  return (event) => {
    if (isEvent(event)) report(event);
  };
}

function isEvent(event: unknown): event is RunnerEvent {
  const { type, done, total, unit, label, name, value, step, line, kind, path } = Object(event) as Readonly<Record<string, unknown>>;
  if (!isOptional(step, isNumber)) return false;
  switch (type) {
    case 'progress':
      return isNumber(done) && isOptional(total, isNumber) && isText(unit) && isOptional(label, isText);
    case 'metric':
      return isText(name) && isNumber(value);
    case 'log':
      return isText(line);
    case 'artifact':
      return KINDS.includes(kind) && isText(path) && isFilePath(path);
    default:
      return false;
  }
}

function isOptional(value: unknown, isOne: (value: unknown) => boolean): boolean {
  return value === undefined || isOne(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}

/** Plain data, whatever the runner has made it of. @throws IlabError E_PLUGIN_BROKEN */
function checkedResult(name: string, result: unknown): RunnerResult {
  try {
    const { summary } = JSON.parse(JSON.stringify(result)) as { readonly summary?: unknown };
    if (typeof summary === 'object' && summary !== null && !Array.isArray(summary)) return { summary: summary as Readonly<Record<string, Json>> };
  } catch {
    // What can't be written as JSON is no result.
  }
  throw new IlabError('E_PLUGIN_BROKEN', `The runner ${name} ended with something else than a result.`, { hint: 'Tell its author.' });
}
