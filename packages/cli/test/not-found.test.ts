import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { type Envelope, ilab, ilabJson } from './in-process.ts';

/** What is not found names what is here and nearly called so, and the command to run, ready to be copied. */
const model = 'huggingface.co/acme/granite-lab:v1';

let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
  await world.reset();
  const { ok, error } = await call('model', 'download', 'acme/granite-lab:v1');
  expect(ok, JSON.stringify(error)).toBe(true);
});

afterAll(() => world.close());

const call = (...args: string[]): Promise<Envelope> => ilabJson(args, world.env);

const configure = (text: string): void => {
  mkdirSync(join(world.folder, 'config', 'instructlab'), { recursive: true });
  writeFileSync(join(world.folder, 'config', 'instructlab', 'config.yaml'), `version: 2.0.0\n${text}`);
};

describe('a model', () => {
  it.each<[readonly string[], string]>([
    [['model', 'path', 'granit-lab'], `ilab model path ${model}`],
    [['model', 'path', '--explain', '-m', 'granit-lab'], `ilab model path --explain -m ${model}`],
    [['model', 'inspect', '--model=granit-lab'], `ilab model inspect --model=${model}`],
    [['model', 'serve', '--model', 'granit-lab', '--port', '0'], `ilab model serve --model ${model} --port 0`],
    [['serve', '--model-path', 'granit-lab'], `ilab model serve --model=${model}`],
    [['model', 'chat', '-mgranit-lab', 'What is it?'], `ilab model chat -m${model} 'What is it?'`],
    [['model', 'test', '--model', 'granit-lab'], `ilab model test --model ${model}`],
    [['model', 'evaluate', '--model', 'granit-lab', '--benchmark', 'mmlu'], `ilab model evaluate --model ${model} --benchmark mmlu`],
    [['model', 'train', '--model', 'granit-lab'], `ilab model train --model ${model}`],
    [['data', 'generate', '--teacher-model', 'granit-lab'], `ilab data generate --teacher-model ${model}`],
    [['rag', 'ingest', 'README.md', '--embedding-model', 'granit-lab'], `ilab rag ingest README.md --embedding-model ${model}`],
    [['model', 'remove', 'granit-lab', '--yes'], `ilab model remove ${model} --yes`],
    [['model', 'verify', 'granit-lab'], `ilab model verify ${model}`],
    [['model', 'update', 'granit-lab'], `ilab model update ${model}`],
    [['model', 'upload', '--model', 'granit-lab', '--destination', 'acme/b'], `ilab model upload --model ${model} --destination acme/b`],
    [['model', 'convert', '--model', 'granit-lab'], `ilab model convert --model ${model}`],
    [['model', 'save', 'granit-lab', '--output', 'x.tar'], `ilab model save ${model} --output x.tar`],
    [['model', 'export', '--hf-cache', 'granit-lab'], `ilab model export --hf-cache ${model}`],
    [['model', 'download', 'granit-lab'], `ilab model download ${model}`],
    [['model', 'versions', 'acme/granit-lab'], `ilab model versions ${model}`],
    [['model', 'path', 'acme/granite-lab:v2'], 'ilab model path acme/granite-lab:v1'],
  ])('%j', async (args, command) => {
    const { error } = await call(...args);
    expect(error).toMatchObject({ code: 'E_NOT_FOUND', details: { command: `${command} --json` } });
    expect(error?.hint).toMatch(/^Did you mean \S+\? /);
  });

  it('is told with the command on a line of its own', async () => {
    const { code, stderr } = await ilab(['model', 'path', 'granit-lab'], world.env);
    expect(code).toBe(3);
    expect(stderr).toContain(`\n  Run: ilab model path ${model}\n`);
  });

  it('that is set, and not typed, says where', async () => {
    configure('chat: {model: granit-lab}\n');
    const { error } = await call('model', 'chat', 'Hello');
    expect(error?.message).toMatch(/is called “granit-lab”\. It is set as chat\.model \(\S+config\.yaml:2\)\.$/);
    expect(error?.details).toMatchObject({ command: `ilab config set chat.model ${model}` });
    const byVariable = await ilabJson(['model', 'chat', 'Hello'], { ...world.env, ILAB_CHAT_MODEL: 'granit-lab' });
    expect(byVariable.error?.message).toMatch(/It is set as chat\.model \(ILAB_CHAT_MODEL\)\.$/);
    expect(byVariable.error?.details).not.toHaveProperty('command');
  });

  it('says how to fetch it where nothing is near', async () => {
    expect((await call('model', 'path', 'llama-3')).error).toMatchObject({
      hint: 'Fetch it by its whole name, as ORGANISATION/llama-3, or set an alias: ilab model alias set llama-3 REF',
    });
    expect((await call('model', 'path', 'acme/llama-3', '--pull', 'never')).error).toMatchObject({
      hint: 'Fetch it: ilab model download huggingface.co/acme/llama-3',
    });
  });
});

it.each<[readonly string[], string, string]>([
  [['config', 'get', 'chat.modle'], 'E_USAGE', 'ilab config get chat.model'],
  [['config', 'get', 'serve.model_path'], 'E_USAGE', 'ilab config get serve.model'],
  [['engine', 'uninstall', 'llama-cp'], 'E_NOT_FOUND', ''],
  [['engine', 'install', 'llamacpp', '--yes'], 'E_NOT_FOUND', 'ilab engine install llama-cpp --yes'],
  [['runner', 'install', 'lmeval'], 'E_NOT_FOUND', 'ilab runner install lm-eval'],
  [['plugins', 'uninstall', 'nothing'], 'E_NOT_FOUND', ''],
  [
    ['model', 'chat', '--model', 'granite-lab', '--backend', 'llamacpp', 'Hi'],
    'E_PLUGIN_MISSING',
    'ilab model chat --model granite-lab --backend llama-cpp Hi',
  ],
])('%j is near to nothing or something', async (args, code, command) => {
  const { error } = await call(...args);
  expect(error, error?.message).toMatchObject({ code, hint: expect.stringMatching(/ilab \w+ (?:list|show)/) });
  expect(error?.details?.['command'] ?? '').toBe(command === '' ? '' : `${command} --json`);
});

it('an alias is near to an alias', async () => {
  await call('model', 'alias', 'set', 'granite', 'acme/a');
  expect((await call('model', 'alias', 'remove', 'granit')).error).toMatchObject({ details: { command: 'ilab model alias remove granite --json' } });
  expect((await call('model', 'path', 'granit')).error).toMatchObject({ details: { nearest: ['granite', model] } });
});
