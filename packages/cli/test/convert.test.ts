import { cpSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ilabJson } from './in-process.ts';

const MODELS = fileURLToPath(new URL('../../../tools/demo/models/ilab', import.meta.url));
const MODEL = join(MODELS, 'demo/v1/safetensors');
const ADAPTER = join(MODELS, 'demo-adapter/v1');
const QUANTISE = ['model', 'convert', '--model', MODEL, '--quantize', 'Q4_K_M'];
const LLAMA_CPP = fileURLToPath(new URL('../../../.tools/llama.cpp', import.meta.url));
const NO_QUANTISER = existsSync(join(LLAMA_CPP, 'build/bin/llama-quantize')) ? '' : ' [llama-quantize is not installed: tools/install-test-tools.sh]';

let home: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-convert-'));
  env = { HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config') };
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('ilab model convert', () => {
  it('tracks what it makes with what it was made of, and finds it again', async () => {
    const { result } = await ilabJson(['model', 'convert', '--model', MODEL, '--type', 'f16'], env);
    const { path, parent } = result as { path: string; parent: string };
    expect(existsSync(path)).toBe(true);
    expect(parent).toBe(MODEL);
    const listed = (await ilabJson(['model', 'list', '--checkpoints'], env)).result as { checkpoints: { format: string; parent: string; path: string }[] };
    expect(listed.checkpoints).toMatchObject([{ format: 'gguf', parent: MODEL }]);
    expect((await ilabJson(['model', 'path', path], env)).result).toMatchObject({ path });
  });

  it('finds the model in a folder of a repository, and asks which one where there are two', async () => {
    const two = join(home, 'two');
    for (const name of ['old', 'new']) cpSync(MODEL, join(two, name), { recursive: true });
    cpSync(join(MODELS, 'demo/v1/ilab-demo-q8_0.gguf'), join(two, 'ilab-demo-q8_0.gguf'));
    const imported = (await ilabJson(['model', 'import', join(MODELS, 'demo/v1'), two], env)).result as { imported: { reference: string; path: string }[] };
    expect(imported.imported.map(({ reference }) => reference)).toEqual(['localhost/v1:latest', 'localhost/two:latest']);
    const place = ['--type', 'f16', '--destination', join(home, 'of-folder.gguf')];
    expect(await ilabJson(['model', 'convert', '--model', 'localhost/v1', ...place], env)).toMatchObject({
      ok: true,
      result: { parent: 'localhost/v1:latest' },
    });
    const { error } = await ilabJson(['model', 'convert', '--model', 'localhost/two', ...place], env);
    expect(error).toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('localhost/two:latest: new, old.'), details: { folders: ['new', 'old'] } });
    const [named = ''] = /\/\S+\/new/.exec(error?.hint ?? '') ?? [];
    expect(await ilabJson(['model', 'convert', '--model', named, ...place], env)).toMatchObject({ ok: true });
  });

  it('converts an adapter for the model that is named', async () => {
    const file = join(home, 'out', 'lora.gguf');
    expect(await ilabJson(['model', 'convert', '--model', ADAPTER, '--base-model', MODEL, '--destination', file], env)).toMatchObject({
      ok: true,
      result: { path: file },
    });
    // The folder may be anybody's, so nothing else is written there.
    expect(readdirSync(join(home, 'out'))).toEqual(['lora.gguf']);
    expect(await ilabJson(['model', 'convert', '--adapter', ADAPTER, '--model', MODEL, '--destination', join(home, 'out')], env)).toMatchObject({
      ok: true,
      result: { path: join(home, 'out', 'adapter-f32.gguf') },
    });
  });

  it('says how to get what quantises', async () => {
    const { error } = await ilabJson(QUANTISE, { ...env, PATH: home });
    expect(error).toMatchObject({ code: 'E_PLUGIN_MISSING', hint: expect.stringContaining('LLAMA_CPP_DIR') });
  });

  it.skipIf(NO_QUANTISER)(`quantises by llama.cpp’s own tool${NO_QUANTISER}`, async () => {
    const { result } = await ilabJson(QUANTISE, { ...env, LLAMA_CPP_DIR: LLAMA_CPP });
    expect(result).toMatchObject({ path: expect.stringMatching(/model-q4_k_m\.gguf$/), parent: MODEL, by: 'llama.cpp' });
    const listed = (await ilabJson(['model', 'list', '--checkpoints'], env)).result as { checkpoints: { path: string; parent: string }[] };
    expect(listed.checkpoints).toContainEqual(expect.objectContaining({ parent: MODEL, path: dirname((result as { path: string }).path) }));
  });

  it('says what does for what is GGUF already', async () => {
    const gguf = join(MODELS, 'demo/v1/ilab-demo-q8_0.gguf');
    const checkpoints = join(home, 'data', 'instructlab', 'checkpoints');
    const before = readdirSync(checkpoints);
    expect((await ilabJson(['model', 'convert', '--model', gguf], env)).error).toMatchObject({
      code: 'E_USAGE',
      hint: expect.stringContaining(`--model ${gguf} --quantize Q4_K_M`),
    });
    expect(readdirSync(checkpoints), 'nothing of what was refused').toEqual(before);
  });
});
