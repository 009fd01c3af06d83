import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConverter } from '../src/index.ts';
import { findTool } from '../src/llama-cpp/find-tool.ts';
import { shareIn } from '../src/llama-cpp/run-tool.ts';
import { ADAPTER, DIRECT, openScene, type Scene } from './scene.ts';

/** Programs in the place of llama.cpp's: what they are told, and how they fail, is what matters here. */
const NOTES = `printf '%s\\n' "$@" > "$0.args"; env > "$0.env"`;
const WRITES = `#!/bin/sh\n${NOTES}\nwhile [ $# -gt 1 ]; do [ "$1" = --outfile ] && echo made > "$2"; shift; done\n`;
const QUANTISES = `#!/bin/sh\n${NOTES}\ncat "$1" > "$2"\n`;
const FAILS = '#!/bin/sh\necho half > "$2"\necho "ValueError: no such tokenizer" >&2\nexit 1\n';
const WAITS = '#!/bin/sh\necho half > "$2"\nexec sleep 60\n';

async function withPrograms(scene: Scene, programs: Readonly<Record<string, string>>): Promise<{ readonly bin: string; readonly env: Record<string, string> }> {
  const bin = join(scene.folder, 'bin');
  await mkdir(bin);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return { bin, env: { PATH: `${bin}:/usr/bin:/bin`, HF_TOKEN: 'hf_secret', AWS_SECRET_ACCESS_KEY: 'other', LANG: 'C.UTF-8' } };
}

const linesOf = async (path: string): Promise<readonly string[]> => (await readFile(path, 'utf8')).split('\n');
const strange = (scene: Scene): Promise<void> => scene.change('config.json', (json) => Object.assign(json, { architectures: ['GraniteForCausalLM'] }));
const model = ({ model: directory, destination }: Scene) => ({ directory, destination, type: 'f16', name: 'acme/strange' }) as const;

describe('what is refused here', () => {
  it('is left to llama.cpp’s own converter, which fetches nothing and learns no secret', async () => {
    await using scene = await openScene();
    await strange(scene);
    const { bin, env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': WRITES });
    const done = await createConverter({ env }).model(model(scene), {});
    expect(done).toEqual({ by: 'llama.cpp', refused: expect.stringContaining('GraniteForCausalLM') });
    expect(await readFile(scene.destination, 'utf8')).toBe('made\n');
    const args = await linesOf(join(bin, 'convert_hf_to_gguf.py.args'));
    expect(args).toEqual(['--outfile', expect.stringContaining('.partial'), '--outtype', 'f16', '--model-name=acme/strange', scene.model, '']);
    const told = await linesOf(join(bin, 'convert_hf_to_gguf.py.env'));
    expect(told).toEqual(expect.arrayContaining(['HF_HUB_OFFLINE=1', 'LANG=C.UTF-8']));
    expect(told.join('\n')).not.toMatch(/secret|AWS/);
  });

  it('is made here where nothing is refused', async () => {
    await using scene = await openScene();
    const { env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': FAILS, 'convert_lora_to_gguf.py': FAILS });
    expect(await createConverter({ env }).model(model(scene), {})).toEqual({ by: 'ilab' });
    expect(await createConverter({ env }).adapter({ directory: ADAPTER, base: scene.model, destination: scene.destination }, {})).toEqual({ by: 'ilab' });
  });

  it('is refused where there is no other converter, and it is said how to get one', async () => {
    await using scene = await openScene();
    await strange(scene);
    const { env } = await withPrograms(scene, {});
    const hint = expect.stringMatching(/convert_hf_to_gguf\.py.*LLAMA_CPP_DIR/);
    await expect(createConverter({ env }).model(model(scene), {})).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', hint });
  });

  it('is said with both reasons where the other fails, and nothing is left', async () => {
    await using scene = await openScene();
    await strange(scene);
    const { env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': FAILS });
    await expect(createConverter({ env }).model(model(scene), {})).rejects.toMatchObject({
      code: 'E_ENGINE',
      message: expect.stringMatching(/GraniteForCausalLM.*ValueError: no such tokenizer/),
    });
    expect((await readdir(scene.folder)).sort()).toEqual(['adapter', 'bin', 'model']);
  });

  it('is given to nobody who would run the code that it brings', async () => {
    await using scene = await openScene();
    await strange(scene);
    await scene.change('tokenizer_config.json', (json) => Object.assign(json, { auto_map: { AutoTokenizer: ['tokenization.Mine', null] } }));
    const { bin, env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': WRITES });
    await expect(createConverter({ env }).model(model(scene), {})).rejects.toMatchObject({ code: 'E_UNTRUSTED', message: expect.stringContaining('auto_map') });
    expect(await readdir(bin)).toEqual(['convert_hf_to_gguf.py']);
  });

  it('ends with what it was asked for when it is aborted', async () => {
    await using scene = await openScene();
    await strange(scene);
    const { env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': WAITS });
    const signal = AbortSignal.timeout(300);
    await expect(createConverter({ env }).model(model(scene), { signal })).rejects.toThrow(/timeout/);
    expect((await readdir(scene.folder)).sort()).toEqual(['adapter', 'bin', 'model']);
  });

  it('of an adapter goes to the converter for adapters, but for what GGUF can’t say', async () => {
    await using scene = await openScene();
    await strange(scene);
    const { env } = await withPrograms(scene, { 'convert_lora_to_gguf.py': WRITES });
    const adapter = { directory: scene.adapter, base: scene.model, destination: scene.destination };
    expect(await createConverter({ env }).adapter(adapter, {})).toMatchObject({ by: 'llama.cpp' });
    await scene.change('adapter_config.json', (json) => Object.assign(json, { use_rslora: true }));
    await expect(createConverter({ env }).adapter(adapter, {})).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', hint: expect.stringContaining('Merge') });
  });
});

describe('what is to be quantised', () => {
  it('is converted whole first, and nothing of that stays', async () => {
    await using scene = await openScene();
    const { bin, env } = await withPrograms(scene, { 'llama-quantize': QUANTISES });
    const seen: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }): number => seen.push(done / total);
    expect(await createConverter({ env }).model({ ...model(scene), type: 'Q4_K_M' }, { onProgress })).toEqual({ by: 'llama.cpp' });
    expect((await readFile(scene.destination)).subarray(0, 4).toString()).toBe('GGUF');
    expect((await linesOf(join(bin, 'llama-quantize.args')))[2]).toBe('Q4_K_M');
    expect(Math.max(...seen)).toBeCloseTo(0.5, 1);
    expect((await readdir(scene.folder)).sort()).toEqual(['adapter', 'bin', 'model', 'out.gguf']);
  });

  it('needs the program for it, before anything is done', async () => {
    await using scene = await openScene();
    const { env } = await withPrograms(scene, {});
    const missing = { code: 'E_PLUGIN_MISSING', hint: expect.stringContaining('LLAMA_CPP_DIR') };
    await expect(createConverter({ env }).model({ ...model(scene), type: 'Q4_K_M' }, {})).rejects.toMatchObject(missing);
    await expect(createConverter({ env }).quantise({ file: DIRECT.model, destination: scene.destination, type: 'Q6_K' }, {})).rejects.toMatchObject(missing);
  });
});

it('finds tools in the folder of llama.cpp before those on the PATH, and runs scripts with the Python of that folder', async () => {
  await using scene = await openScene();
  const { bin, env } = await withPrograms(scene, { 'convert_hf_to_gguf.py': WRITES, 'llama-quantize': QUANTISES, python: WRITES });
  const [folder, elsewhere] = [join(scene.folder, 'llama.cpp'), { ...env, LLAMA_CPP_DIR: join(scene.folder, 'nowhere') }];
  await mkdir(join(folder, 'build'), { recursive: true });
  await mkdir(join(folder, '.venv'));
  for (const [from, to] of [
    ['.', 'build/bin'],
    ['.', '.venv/bin'],
  ] as const)
    await copyPrograms(join(bin, from), join(folder, to));
  await copyPrograms(bin, folder);
  const inside = { ...env, LLAMA_CPP_DIR: folder };
  expect(findTool('llama-quantize', inside)?.program).toBe(join(folder, 'build/bin/llama-quantize'));
  expect(findTool('convert_hf_to_gguf.py', inside)).toMatchObject({
    program: join(folder, '.venv/bin/python'),
    before: [join(folder, 'build/bin/convert_hf_to_gguf.py')],
  });
  expect(findTool('convert_hf_to_gguf.py', elsewhere)).toMatchObject({ program: join(bin, 'convert_hf_to_gguf.py'), before: [] });
  expect(findTool('convert_lora_to_gguf.py', elsewhere)).toBeUndefined();
});

async function copyPrograms(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if ((await readFile(join(from, name)).catch(() => undefined)) === undefined) continue;
    await writeFile(join(to, name), await readFile(join(from, name)));
    await chmod(join(to, name), 0o755);
  }
}

it.each<[string, number | undefined]>([
  ['\rWriting:   7%|6         | 262k/3.74M [00:00<00:01, 3.41Mbyte/s]\rWriting:  43%|####3     | 1.61M/3.74M', 0.43],
  ['[  12/  48]                blk.1.attn_k.weight - [  128,   128,     1,     1], type =    f32, converting to q4_K ..', 0.25],
  ['INFO:gguf.gguf_writer:n_tensors = 39, total_size = 3.7M', undefined],
  ['[9/0] Writing: 400%|', 1],
])('knows how far %j is', (text, share) => {
  expect(shareIn(text)).toBe(share);
});
