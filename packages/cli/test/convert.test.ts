import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ilabJson } from './in-process.ts';

const MODELS = fileURLToPath(new URL('../../../tools/demo/models/ilab', import.meta.url));
const MODEL = join(MODELS, 'demo/v1/safetensors');
const ADAPTER = join(MODELS, 'demo-adapter/v1');

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

  it('says what does for what is GGUF already', async () => {
    const gguf = join(MODELS, 'demo/v1/ilab-demo-q8_0.gguf');
    const checkpoints = join(home, 'data', 'instructlab', 'checkpoints');
    const before = readdirSync(checkpoints);
    expect((await ilabJson(['model', 'convert', '--model', gguf], env)).error).toMatchObject({
      code: 'E_USAGE',
      hint: expect.stringContaining(`llama-quantize ${gguf}`),
    });
    expect(readdirSync(checkpoints), 'nothing of what was refused').toEqual(before);
  });
});
