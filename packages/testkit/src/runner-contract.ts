import { existsSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { isIlabError, type Runner, type RunnerEvent, type RunnerJob, type RunnerResult } from '@ilab/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendants, leftOver } from './descendants.ts';
import { endingOf, isEnd } from './ending.ts';
import { expectPlain } from './plain.ts';

/** A runner, and work for it; where the work leaves what it makes is the suite's to say. */
export interface RunnerUnderTest {
  readonly runner: Runner;
  /** One that it can do here, and that takes long enough to be aborted: a tenth of a second or more. */
  readonly job: Omit<RunnerJob, 'output'>;
  /** One that it can't do, for a reason that `fit` sees. */
  readonly unfit: Omit<RunnerJob, 'output'>;
  /** Why nothing can be done on this machine, as where a library is not installed: then only what comes before the work is tried. */
  readonly lacks?: string;
}

/** How long a job may take, and its end after the signal, in milliseconds. */
const WORKING = 60_000;
const ENDING = 10_000;

const SENTENCE = /^\p{Lu}.*[.!]$/su;

/** What every runner promises, see the port `Runner`. */
export function runnerContract(make: () => Promise<RunnerUnderTest>): void {
  describe('the runner contract', { timeout: WORKING }, () => {
    it('says in sentences what it can do, and starts nothing for it', async () => {
      const { runner, job, unfit } = await make();
      const output = await emptyFolder();
      const before = await descendants();
      expect(runner.tasks).toContain(job.task);
      expect(await runner.fit({ ...job, output }, {})).toEqual({ fits: true, because: expect.stringMatching(SENTENCE) });
      expect(await runner.fit({ ...unfit, output }, {})).toEqual({ fits: false, because: expect.stringMatching(SENTENCE), hint: expect.stringMatching(/\S/) });
      expect([...(await descendants())].filter((pid) => !before.has(pid))).toEqual([]);
      expect(await readdir(output)).toEqual([]);
    });

    it('does the job, tells of it in plain data, and names what it left', async ({ skip }) => {
      const { runner, job, lacks } = await make();
      skip(lacks !== undefined, lacks);
      const output = await emptyFolder();
      const { events, result } = await work(runner, { ...job, output });
      expectPlain(events);
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
      for (const event of events) expectSound(event, output);
      const artifacts = events.filter((event) => event.type === 'artifact');
      expect(artifacts.length, 'artifacts that were told of').toBeGreaterThan(0);
      expect((await readdir(output)).length, 'what it left').toBeGreaterThan(0);
    });

    it('changes nothing of the job, and does it again elsewhere', async ({ skip }) => {
      const { runner, job, lacks } = await make();
      skip(lacks !== undefined, lacks);
      const first = { ...job, output: await emptyFolder() };
      const before = structuredClone(first);
      await work(runner, first);
      expect(first).toStrictEqual(before);
      const second = await emptyFolder();
      await work(runner, { ...job, output: second });
      expect((await readdir(second)).length).toBeGreaterThan(0);
    });

    it('refuses parameters that it does not know, before it leaves anything', async () => {
      const { runner, job } = await make();
      const output = await emptyFolder();
      const parameters = { ...job.parameters, 'of-no-runner': 1 };
      const ending = await endingOf(
        runner.run({ ...job, parameters, output }, () => undefined, {}),
        ENDING,
      );
      expect(ending).toMatchObject({ how: 'threw', error: { code: 'E_USAGE' } });
      expect('error' in ending && isIlabError(ending.error)).toBe(true);
      expect(await readdir(output)).toEqual([]);
    });

    it.for([0, 50])('ends with all that it started when it is aborted after %i ms', async (after, { skip }) => {
      const { runner, job, lacks } = await make();
      skip(lacks !== undefined && after > 0, lacks);
      const before = await descendants();
      const controller = new AbortController();
      const running = runner.run({ ...job, output: await emptyFolder() }, () => undefined, { signal: controller.signal });
      const timer = setTimeout(() => controller.abort(), after);
      const ending = await endingOf(running, ENDING);
      clearTimeout(timer);
      expect(ending, `it ${ending.how}`).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
      expect(
        await leftOver(
          [...(await descendants())].filter((pid) => !before.has(pid)),
          1000,
        ),
      ).toEqual([]);
    });

    it('starts nothing under a signal that was aborted before', async () => {
      const { runner, job } = await make();
      const output = await emptyFolder();
      const ending = await endingOf(
        runner.run({ ...job, output }, () => undefined, { signal: AbortSignal.abort() }),
        ENDING,
      );
      expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
      expect(await readdir(output)).toEqual([]);
    });
  });
}

async function work(runner: Runner, job: RunnerJob): Promise<{ readonly events: readonly RunnerEvent[]; readonly result: RunnerResult }> {
  const events: RunnerEvent[] = [];
  const result = await runner.run(job, (event) => events.push(structuredClone(event)), {});
  return { events, result };
}

function expectSound(event: RunnerEvent, output: string): void {
  if (event.type === 'progress') {
    expect(event.done).toBeGreaterThanOrEqual(0);
    expect(event.done).toBeLessThanOrEqual(event.total ?? Number.POSITIVE_INFINITY);
    return;
  }
  if (event.type !== 'artifact') return;
  const inside = relative(output, join(output, event.path));
  expect(isAbsolute(event.path) || inside.startsWith('..'), `${event.path} leads out of the job’s folder`).toBe(false);
  expect(existsSync(join(output, event.path)), `${event.path} is there`).toBe(true);
}

async function emptyFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ilab-job-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
