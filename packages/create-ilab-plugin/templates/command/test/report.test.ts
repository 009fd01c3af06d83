import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandManifest, CommandModel } from '@ilab/plugin-api';
import { callCommand, pluginCommandContract, testCommandContext } from '@ilab/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import plugin from '../src/index.ts';

const json = JSON.parse(readFileSync(new URL('../package.template.json', import.meta.url), 'utf8')) as { ilab: { commands: readonly [CommandManifest] } };
const [manifest] = json.ilab.commands;
const make = () => plugin.createCommand(manifest.command, testCommandContext());

/** A model as ilab hands it over: a folder with these files. */
function modelOf(files: Readonly<Record<string, string>>): CommandModel {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'shelf-')));
  onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, 'sub'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return { reference: 'quay.io/team/model:v1', path, format: 'safetensors' };
}

pluginCommandContract(async () => {
  const model = modelOf({ 'config.json': '{}', 'sub/model.safetensors': 'weights' });
  return { command: make(), manifest, request: { flags: { most: 1 }, args: { TITLE: 'Mine' }, model }, refused: { flags: { most: 0 }, args: {}, model } };
});

describe('ilab shelf report', () => {
  it('shows the largest files, with their sizes', async () => {
    const model = modelOf({ 'config.json': '{}', 'sub/model.safetensors': 'weights' });
    const { lines, ending } = await callCommand(make(), { flags: {}, args: {}, model });
    expect(lines).toEqual(['quay.io/team/model:v1', `${'7'.padStart(15)}  ${join('sub', 'model.safetensors')}`, `${'2'.padStart(15)}  config.json`]);
    expect(ending).toMatchObject({ value: { exitCode: 0, result: { files: 2, bytes: 9 } } });
  });

  it('ends with 1 where a file is empty', async () => {
    const { ending } = await callCommand(make(), { flags: {}, args: {}, model: modelOf({ 'model.safetensors': '' }) });
    expect(ending).toMatchObject({ value: { exitCode: 1 } });
  });

  it('takes a model of one file', async () => {
    const { path, ...model } = modelOf({ 'model.gguf': 'GGUF' });
    const { ending } = await callCommand(make(), { flags: {}, args: {}, model: { ...model, path: join(path, 'model.gguf') } });
    expect(ending).toMatchObject({ value: { result: { largest: [{ path: 'model.gguf', bytes: 4 }] } } });
  });
});
