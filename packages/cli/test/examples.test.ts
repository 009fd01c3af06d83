import type { Command } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsIn } from './calls-in.ts';
import { createExampleWorld, type ExampleWorld } from './example-world.ts';
import { ilab, load } from './in-process.ts';

/**
 * Every example of every command is run, on a machine that has what it speaks of; what is not there is a registry that may be written to, an
 * engine, a runner and a terminal. How it then ends is told here, by the beginning of the command; anything else ends with 0.
 */
const ENDS: readonly (readonly [command: string, code: number, why: string])[] = [
  ['model chat --endpoint-url', 11, 'no plugin for endpoints is installed'],
  ['model chat', 11, 'no engine is installed'],
  ['model serve', 11, 'no engine is installed'],
  ['model test', 11, 'no engine is installed'],
  ['model train', 11, 'no runner is installed'],
  ['model evaluate', 11, 'no runner is installed'],
  ['data generate', 11, 'no runner is installed'],
  ['rag ingest', 11, 'nothing does it yet'],
  ['config init --model', 0, 'it is forced'],
  ['config init', 2, 'there is a configuration'],
  ['model remove quay', 2, 'nobody is there to ask'],
  ['model convert', 3, 'its weights are none of any architecture'],
  ['engine uninstall', 3, 'no engine is installed'],
  ['plugins uninstall', 3, 'no plugin was added'],
];

/**
 * What writes to registries or asks one that stands for nobody here, reads standard input, brings packages or programs of others, writes outside the home
 * directory, or needs a folder of documents and an engine: tests of their own have what these need.
 */
const ELSEWHERE =
  /^(?:(?:engine|runner|plugins) install |plugins |login |store move |doctor|model (?:upload|copy|load$|load from|save|export --kub|chat --endpoint|versions quay|inspect quay|update|list --outdated|verify quay|convert .*--quantize)|rag )/;

let world: ExampleWorld;
beforeAll(async () => {
  world = await createExampleWorld();
});
afterAll(() => world?.close());

const config = await Config.load(load);
const examples = config.commands
  .filter(({ hidden }: Command.Loadable) => hidden !== true)
  .flatMap(({ id, examples: all = [] }) => all.flatMap((example) => callsIn(example, id)))
  .filter((words) => !ELSEWHERE.test(words.join(' ')));

it.each(examples.map((words) => ({ words, title: words.join(' ') })))('ilab $title', async ({ words, title }) => {
  const env = await world.fresh();
  const { code, stdout, stderr } = await ilab(
    words.map((word) => word.replace(/^~/, world.home)),
    env,
  );
  const [, expected = 0] = ENDS.find(([command]) => title.startsWith(command)) ?? [];
  expect({ code, stderr: code === expected ? '' : stderr }).toEqual({ code: expected, stderr: '' });
  if (words.includes('--json')) expect(JSON.parse(stdout)).toMatchObject({ ok: expected === 0 });
});
