import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from '@ilab/core';
import { createStandInRunner, type RunnerUnderTest } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';

const job = { task: 'generate', models: {}, parameters: {} } as const;
const sound = createStandInRunner();

export const soundRunner: () => Promise<RunnerUnderTest> = make({});

export const BROKEN_RUNNERS: readonly BrokenAdapter<() => Promise<RunnerUnderTest>>[] = [
  broken('does everything', 'says in sentences what it can do', { fit: async () => ({ fits: true, because: 'It does all.' }) }),
  broken('does not speak of its tasks', 'says in sentences what it can do', { tasks: [] }),
  broken('begins before it is told to', 'says in sentences what it can do', {
    fit: async (given, options) => {
      await writeFile(join(given.output, 'early'), '');
      return sound.fit(given, options);
    },
  }),
  broken('takes parameters that it does not know', 'refuses parameters', {
    run: ({ parameters: { lines = 10 }, ...rest }, ...args) => sound.run({ ...rest, parameters: { lines } }, ...args),
  }),
  broken('names what is not there', 'names what it left', {
    run: (given, report, options) => sound.run(given, (event) => report(event.type === 'artifact' ? { ...event, path: 'none.jsonl' } : event), options),
  }),
  broken('names what lies outside', 'names what it left', {
    run: (given, report, options) => sound.run(given, (event) => report(event.type === 'artifact' ? { ...event, path: '../..' } : event), options),
  }),
  broken('says nothing of what it left', 'names what it left', {
    run: (given, report, options) => sound.run(given, (event) => (event.type === 'artifact' ? undefined : report(event)), options),
  }),
  broken('answers with what is no data', 'tells of it in plain data', {
    run: async (...args) => ({ ...(await sound.run(...args)), summary: { at: new Date() as never } }),
  }),
  broken('changes its job', 'changes nothing of the job', {
    run: async (given, ...args) => {
      Object.assign(given, { models: { model: { name: 'mine' } } });
      return sound.run(given, ...args);
    },
  }),
  broken('works on after its signal', 'when it is aborted after 50 ms', {
    run: (given, report) => sound.run(given, report, {}),
  }),
  broken('leaves a process behind', 'when it is aborted after 50 ms', {
    run: (...args) => {
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'ignore' });
      return sound.run(...args);
    },
  }),
  broken('begins under an aborted signal', 'starts nothing under a signal', {
    run: async (given, ...args) => {
      await writeFile(join(given.output, 'early'), '');
      return sound.run(given, ...args);
    },
  }),
];

function broken(what: string, caughtBy: string, spoiled: Partial<Runner>): BrokenAdapter<() => Promise<RunnerUnderTest>> {
  return { what, caughtBy, make: make(spoiled) };
}

function make(spoiled: Partial<Runner>): () => Promise<RunnerUnderTest> {
  return async () => ({ runner: { ...sound, ...spoiled }, job, unfit: { ...job, task: 'train' } });
}
