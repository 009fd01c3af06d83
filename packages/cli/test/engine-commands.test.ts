import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { type Envelope, ilab, ilabJson } from './in-process.ts';

let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const call = (...args: string[]): Promise<Envelope> => ilabJson(args, world.env);

function configure(text: string): void {
  mkdirSync(join(world.folder, 'config', 'instructlab'), { recursive: true });
  writeFileSync(join(world.folder, 'config', 'instructlab', 'config.yaml'), `version: 2.0.0\n${text}`);
}

function would({ error }: Envelope): { readonly command: string; readonly models: Readonly<Record<string, { path?: string; reference?: string }>> } {
  expect(error, JSON.stringify(error)).toMatchObject({ code: 'E_PLUGIN_MISSING' });
  return error?.details?.['would'] as ReturnType<typeof would>;
}

const COMMANDS: readonly [string, string][] = [
  ['model chat', 'model'],
  ['model serve', 'model'],
  ['model test', 'model'],
  ['model train', 'model'],
  ['model evaluate', 'model'],
  ['data generate', 'teacher-model'],
  ['rag ingest', 'embedding-model'],
];

/** What is typed for a command: one of them makes no sense without a document. */
function typed(command: string): readonly string[] {
  return command === 'rag ingest' ? [...command.split(' '), world.folder] : command.split(' ');
}

describe.each(COMMANDS)('ilab %s', (command, role) => {
  it('finds --model as `model path` does, and ends with what it would run', async () => {
    const { path, reference } = (await call('model', 'path', 'acme/a')).result as { path: string; reference: string };
    const found = await call(...typed(command), '--model', 'a');
    expect(would(found)).toMatchObject({ command, models: { [role]: { path, reference, origin: 'tracked', downloaded: false } } });
    const told = await ilab([...typed(command), '-m', 'a'], world.env);
    expect(told).toMatchObject({ code: 11, stdout: expect.stringContaining(path), stderr: expect.stringContaining(`Using ${reference}`) });
  });

  it('downloads by the pull policy', async () => {
    expect((await call(...typed(command), '--model', 'acme/a', '--pull', 'never')).error).toMatchObject({ code: 'E_NOT_FOUND' });
    const { path = '' } = would(await call(...typed(command), '--model', 'acme/a')).models[role] ?? {};
    expect(existsSync(path)).toBe(true);
  });

  it('says what is wrong with a path', async () => {
    expect((await call(...typed(command), '--model', './nowhere')).error).toMatchObject({ code: 'E_NOT_FOUND' });
    expect((await call(...typed(command), '--model', world.folder)).error).toMatchObject({ code: 'E_NOT_A_MODEL' });
  });

  it('fetches no default unasked', async () => {
    const { error } = await call(...typed(command));
    const named = command === 'model evaluate';
    expect(error).toMatchObject({ code: named ? 'E_USAGE' : 'E_NOT_FOUND', hint: expect.stringContaining(`--${role}`) });
  });
});

describe('what is not named', () => {
  it.each<[string, string, string]>([
    ['model chat', 'model', 'chat: {model: MODEL}'],
    ['model serve', 'model', 'serve: {model: MODEL}'],
    ['model test', 'model', 'chat: {model: MODEL}'],
    ['model train', 'model', 'train: {model: MODEL}'],
    ['model evaluate', 'model', 'evaluate: {model: MODEL}'],
    ['model evaluate --benchmark mmlu_branch', 'base-model', 'evaluate: {model: MODEL, base_model: MODEL}'],
    ['model evaluate --benchmark mt_bench', 'judge-model', 'evaluate: {model: MODEL, mt_bench: {judge_model: MODEL}}'],
    ['model evaluate --benchmark mt_bench_branch', 'judge-model', 'evaluate: {model: MODEL, base_model: MODEL, mt_bench_branch: {judge_model: MODEL}}'],
    ['data generate', 'teacher-model', 'generate: {teacher: {model: MODEL}}'],
    ['rag ingest', 'embedding-model', 'rag: {embedding_model: {model: MODEL}}'],
    ['model serve', 'model', 'models: {aliases: {mine: MODEL}}\nserve: {model: mine}'],
  ])('%s takes as %s what is set: %s', async (command, role, text) => {
    configure(text.replaceAll('MODEL', world.model));
    expect(would(await call(...typed(command))).models[role]).toMatchObject({ path: world.model });
  });

  it('is an old id, which version 1 of the configuration has in a list', async () => {
    configure('');
    writeFileSync(
      join(world.folder, 'config', 'instructlab', 'config.yaml'),
      `version: 1.0.0\nmodels:\n- {id: teacher, family: llama, path: ${world.model}}\n`,
    );
    expect(would(await call('data', 'generate', '--teacher-model-id', 'teacher')).models['teacher-model']).toMatchObject({ path: world.model });
  });
});

describe('what an endpoint has', () => {
  it.each<[readonly string[], string]>([
    [['model', 'chat', '--endpoint-url', 'http://localhost:1/v1', '--model', 'gpt-4o'], 'model'],
    [['data', 'generate', '--endpoint-url', 'http://localhost:1/v1', '--model', 'gpt-4o'], 'teacher-model'],
    [['model', 'evaluate', '--benchmark', 'dk_bench', '--model', 'MODEL', '--judge-model', 'gpt-4o'], 'judge-model'],
    [['model', 'evaluate', '--benchmark', 'dk_bench', '--model', 'MODEL'], 'judge-model'],
  ])('%j is not looked for', async (args, role) => {
    const ended = await call(...args.map((word) => word.replace('MODEL', world.model)));
    expect(would(ended).models[role]).toEqual({ endpointName: 'gpt-4o' });
  });
});

it('an engine that is not there says what else takes the path', async () => {
  expect((await call('model', 'serve', '--model', world.model)).error?.hint).toContain(`: vllm serve ${world.model}.`);
  expect((await call('model', 'serve', '--model', 'acme/b')).error?.hint).toMatch(/: llama-server --model \S+\.gguf\./);
  const adapter = (await call('model', 'evaluate', '--model', world.adapter)).error?.hint;
  expect(adapter).toMatch(/^The path above works with any other tool\. /);
  expect((await call('model', 'chat', '--endpoint-url', 'http://localhost:1', '--model', 'x')).error?.hint).not.toContain('above');
});

it('a tokenizer may be a folder without weights', async () => {
  const folder = join(world.folder, 'tokenizer');
  mkdirSync(folder);
  expect((await call('model', 'train', '--model', world.model, '--tokenizer', folder)).error).toMatchObject({ code: 'E_NOT_A_MODEL' });
  writeFileSync(join(folder, 'tokenizer.json'), '{}');
  expect(would(await call('model', 'train', '--model', world.model, '--tokenizer', folder)).models['tokenizer']).toMatchObject({ path: folder });
  expect((await call('model', 'train', '--model', folder)).error).toMatchObject({ code: 'E_NOT_A_MODEL' });
});

describe('an adapter', () => {
  const withBase = async (base: string): Promise<string> => {
    const folder = join(world.folder, 'lora');
    await cp(world.adapter, folder, { recursive: true });
    await writeFile(join(folder, 'adapter_config.json'), JSON.stringify({ peft_type: 'LORA', base_model_name_or_path: base }));
    return folder;
  };

  it('brings its base, which is not fetched unasked', async () => {
    const adapter = await withBase('acme/b');
    expect((await call('model', 'serve', '--model', adapter)).error).toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('acme/b') });
    const { models } = would(await call('model', 'serve', '--model', adapter, '--pull', 'missing'));
    expect(models).toMatchObject({ model: { path: adapter }, base: { reference: expect.stringContaining('huggingface.co/acme/b'), origin: 'remote' } });
    expect(would(await call('model', 'serve', '--model', adapter)).models['base']).toMatchObject({ origin: 'tracked' });
  });

  it.each(['/etc', 'MODEL', './model', 'a//b', '\u001b[31m'])('has nothing else of whoever made it looked at: %j', async (base) => {
    const adapter = await withBase(base.replace('MODEL', world.model));
    expect((await call('model', 'serve', '--model', adapter)).error).toMatchObject({
      code: 'E_USAGE',
      message: expect.stringContaining(`${adapter} is an adapter`),
    });
  });
});

it.each([
  ['list', 'model list'],
  ['download', 'model download'],
  ['model generate', 'data generate'],
  ['modle list', 'model list'],
])('ilab %s is no command, and may mean ilab %s', async (typed, meant) => {
  expect((await call(...typed.split(' '))).error).toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining(`ilab ${meant}?`) });
});

it('two names of one part are one too many', async () => {
  expect((await call('data', 'generate', '--model', 'a', '--teacher-model', 'b')).error).toMatchObject({ code: 'E_USAGE' });
  expect((await call('rag', 'ingest', '.', '--model', 'a', '--embedding-model', 'b')).error).toMatchObject({ code: 'E_USAGE' });
});

it('commands called by their verb say what they are called', async () => {
  for (const [verb, words] of [
    ['chat', 'model chat'],
    ['serve', 'model serve'],
    ['train', 'model train'],
    ['generate', 'data generate'],
  ] as const) {
    const ended = await call(verb, '--model', world.model);
    expect(would(ended).command).toBe(words);
    expect(ended.warnings).toEqual([expect.stringContaining(`ilab ${words}`)]);
  }
  expect((await ilab(['--help'], world.env)).stdout).not.toMatch(/^ {2}(?:chat|serve|train|generate) /m);
});
