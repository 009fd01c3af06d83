import { isIlabError } from '@ilab/core';
import type { Command, CommandManifest, CommandRequest } from '@ilab/plugin-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CalledCommand, callCommand } from './call-command.ts';
import { soonAborted } from './ending.ts';
import { expectCallable, expectDeclared } from './expect-declared.ts';
import { stateOf } from './folder-state.ts';

/** A command of a plugin, and calls of it as the host would parse them. */
export interface PluginCommandUnderTest {
  /** Made for this call, as a process makes it. */
  readonly command: Command;
  /** As the plugin's `package.json` has it. */
  readonly manifest: CommandManifest;
  /** One that goes well, with 0 or 1, within ten seconds, of a model that is there where it names one. */
  readonly request: CommandRequest;
  /** One that the host lets through, and the command refuses with a code; absent where there is none. */
  readonly refused?: CommandRequest;
  /** One that takes more than two seconds if nobody aborts it; absent where nothing takes as long. */
  readonly long?: CommandRequest;
}

/** Characters of a line. */
const LONGEST_LINE = 10_000;
/** Levels of a result. */
const DEEPEST = 30;
/** Milliseconds between Ctrl-C and the end of the process. */
const LAST_STEPS = 2000;
const WORKING = 20_000;

const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'table', 'dir', 'trace'] as const;
const SENTENCE = /^\p{Lu}.*[.!?]$/su;

/** What every command of a plugin promises, see the port `Command`. What it has no call for is skipped, and named. */
export function pluginCommandContract(make: () => Promise<PluginCommandUnderTest>): void {
  describe('the contract of plugins’ commands', { timeout: WORKING }, () => {
    it('is declared as a host takes it, and called with what it declares', async () => {
      const { manifest, request, refused, long } = await make();
      expectDeclared(manifest);
      for (const one of [request, refused, long]) if (one) expectCallable(manifest, one);
    });

    it('ends with 0 or 1, and with a result that is plain JSON', async () => {
      const { command, request } = await make();
      const { ending } = await callCommand(command, request);
      expect(ending).toMatchObject({ how: 'returned', value: expect.any(Object) });
      const { result = null, exitCode = 0 } = 'value' in ending ? (ending.value as Record<string, unknown>) : {};
      expect([0, 1]).toContain(exitCode);
      expect(depthOf(result)).toBeLessThanOrEqual(DEEPEST);
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
    });

    it('prints and tells lines, none of more than 10,000 characters', async () => {
      const { command, request } = await make();
      expectLines(await callCommand(command, request));
    });

    it('says all by what it is given to say it with, and nothing after its end', async () => {
      const { command, request } = await make();
      const heard = overhear();
      const exitCode = process.exitCode;
      const { ending, lines, told } = await callCommand(command, request);
      expect(ending.how).toBe('returned');
      const before = [...lines, ...told];
      await sleep(50);
      expect([...lines, ...told], 'what it printed and told after its end').toEqual(before);
      expect(heard(), 'what it wrote by itself').toEqual([]);
      const set = process.exitCode;
      process.exitCode = exitCode;
      expect(set, 'the exit code of the process').toBe(exitCode);
    });

    it('changes nothing of its request', async () => {
      const { command, request } = await make();
      const before = structuredClone(request);
      await callCommand(command, request);
      expect(request).toStrictEqual(before);
    });

    it('leaves the model as it is', async ({ skip }) => {
      const { command, request } = await make();
      const { path } = request.model ?? skip('it is called without a model');
      const before = stateOf(path);
      await callCommand(command, request);
      expect(stateOf(path)).toEqual(before);
    });

    it('throws an error with a code, and a sentence, for what it refuses', async ({ skip }) => {
      const { command, refused } = await make();
      const { ending } = await callCommand(command, refused ?? skip('it refuses nothing that the host lets through'));
      expect(ending).toMatchObject({ how: 'threw', error: { code: expect.not.stringMatching(/^E_(?:INTERNAL|PLUGIN_BROKEN)$/) } });
      const error = 'error' in ending ? ending.error : undefined;
      expect(isIlabError(error), 'made by IlabError').toBe(true);
      expect(error).toMatchObject({ message: expect.stringMatching(SENTENCE) });
    });

    it('ends within two seconds of its signal', async ({ skip }) => {
      const { command, long } = await make();
      const request = long ?? skip('nothing that it does takes long');
      const signal = soonAborted();
      const called = await callCommand(command, request, { signal, patience: LAST_STEPS });
      expect(signal.aborted, 'it was under way when it was aborted').toBe(true);
      expect(called.ending.how).not.toBe('still running');
      expectLines(called);
    });
  });
}

function expectLines({ lines, told }: CalledCommand): void {
  for (const line of [...lines, ...told]) {
    expect(line).toBeTypeOf('string');
    expect(line.length).toBeLessThanOrEqual(LONGEST_LINE);
    expect(line, 'one line').not.toMatch(/[\r\n\u2028\u2029]/);
  }
}

/** Keeps what goes to standard output and error for the rest of the test. @returns what came */
function overhear(): () => readonly unknown[] {
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
  const methods = CONSOLE.map((method) => vi.spyOn(console, method).mockReturnValue(undefined));
  const spies = [...streams, ...methods];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => spies.flatMap((spy) => spy.mock.calls.map(([first]: readonly unknown[]) => first));
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
