import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IlabError } from '@ilab/core';
import type { Command, CommandManifest } from '@ilab/plugin-api';
import { onTestFinished } from 'vitest';
import type { PluginCommandUnderTest } from '../plugin-command-contract.ts';

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights' };

const MANIFEST: CommandManifest = {
  command: 'stand-in size',
  entry: './dist/index.js',
  summary: 'Adds up the files of a model.',
  model: 'required',
  flags: {
    least: { type: 'integer', summary: 'Bytes that it should have.' },
    wait: { type: 'integer', summary: 'Seconds to wait before.' },
    unit: { type: 'string', summary: 'How sizes are told.', options: ['bytes', 'bits'] },
  },
  args: [{ name: 'TITLE', summary: 'What stands above.' }],
};

/** A command that adds up the files of a model: all of the port, and nothing that anybody needs. The proof that `pluginCommandContract` can be passed. */
export function createStandInCommand(): Command {
  return {
    async run({ flags, args, model }, { signal, print, progress }) {
      const { least = 0, wait = 0, unit = 'bytes' } = flags;
      if (!model) throw new IlabError('E_USAGE', 'There is no model to add up.');
      if (Number(least) < 0) throw new IlabError('E_USAGE', 'No model has fewer bytes than none.', { hint: 'Give --least a number from 0 on.' });
      for (let left = Number(wait); left > 0; left -= 1) {
        progress(`waiting, ${left} s to go`);
        await sleep(1000, undefined, { signal });
      }
      if (args['TITLE'] !== undefined) print(args['TITLE']);
      const names = (await readdir(model.path)).sort();
      let bytes = 0;
      for (const name of names) {
        signal.throwIfAborted();
        const { size } = await stat(join(model.path, name));
        print(`${name}  ${unit === 'bits' ? size * 8 : size} ${unit}`);
        bytes += size;
      }
      return { result: { files: names, bytes }, exitCode: bytes < Number(least) ? 1 : 0 };
    },
  };
}

/** A stand-in with a model of its own, as `pluginCommandContract` takes it. */
export async function standInCommandUnderTest(): Promise<PluginCommandUnderTest> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-command-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(path, name), content);
  const model = { reference: 'stand-in.example/team/model:v1', path, format: 'safetensors' } as const;
  return {
    command: createStandInCommand(),
    manifest: MANIFEST,
    request: { flags: { least: 1, unit: 'bits' }, args: { TITLE: 'Mine' }, model },
    refused: { flags: { least: -1 }, args: {}, model },
    long: { flags: { wait: 10 }, args: {}, model },
  };
}
