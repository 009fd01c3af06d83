import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkspace, root, type Workspace } from '../src/index.ts';

/** What models say of themselves, as a user sees it. */
const DEMO = join(root, 'tools', 'demo', 'models');
let models: string;
let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'ilab-models-'));
  await cp(DEMO, models, { recursive: true });
  const pickled = join(models, 'acme', 'pickled', 'v1');
  await mkdir(join(pickled, 'code'), { recursive: true });
  await writeFile(join(pickled, 'config.json'), '{"auto_map":{"AutoModel":"code/model.X"}}');
  await writeFile(join(pickled, 'code', 'model.py'), '');
  await writeFile(join(pickled, 'pytorch_model.bin'), Buffer.from([0x80, 2]));
  hub = await startHub({ models: await readModels(models) });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
  await rm(models, { recursive: true, force: true });
});

async function inspect(reference: string): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await workspace.ilab(['model', 'inspect', reference, '--json']);
  return (JSON.parse(stdout) as { result: Record<string, unknown> }).result;
}

it('is told of a path, as data and as text', async () => {
  const path = join(DEMO, 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf');
  expect(await inspect(path)).toMatchObject({
    format: 'gguf',
    architecture: 'llama',
    parameters: 935_040,
    quantisation: 'Q8_0',
    contextLength: 512,
    chatTemplate: expect.stringMatching(/^[0-9a-f]{64}$/),
    runsCode: [],
  });
  const { stdout } = await workspace.ilab(['model', 'inspect', path]);
  expect(stdout).toMatch(/^Architecture +llama\nParameters +935 k\nQuantisation +Q8_0\nContext +512 tokens\nChat template +sha256:[0-9a-f]{64}$/m);
});

it('is told of an adapter: what it was trained on, also in the list', async () => {
  await workspace.ilab(['model', 'download', 'hf://ilab/demo-adapter', '--include', 'adapter_*']);
  expect(await inspect('demo-adapter')).toMatchObject({ format: 'adapter', base: 'ilab-demo', rank: 8 });
  const { stdout } = await workspace.ilab(['model', 'list', '--adapters']);
  expect(stdout).toMatch(/ BASE\n.* ilab-demo$/m);
});

it('warns of code after the download, and names it all', async () => {
  const { stderr } = await workspace.ilab(['model', 'download', `${hub.host}/acme/pickled:v1`]);
  expect(stderr).toMatch(/has files that run code when they are loaded: code\/model\.py \(Python.*\) and 2 more/);
  const runsCode = [
    { file: 'code/model.py', why: 'Python, run with trust_remote_code, by its name (.py)' },
    { file: 'config.json', why: 'names code to load (auto_map)' },
    { file: 'pytorch_model.bin', why: 'pickle, by its content' },
  ];
  expect(await inspect('acme/pickled:v1')).toMatchObject({ runsCode });
  const { stdout } = await workspace.ilab(['model', 'inspect', `${hub.host}/acme/pickled:v1`, '--remote']);
  expect(stdout).toMatch(/RUNS CODE WHEN LOADED +WHY\ncode\/model\.py +Python/);
});

it('is found of checkpoints, also of phased training, by the end of their path', async () => {
  const data = join(workspace.home, '.local', 'share', 'instructlab');
  const places = ['checkpoints/hf_format/samples_4224', 'phased/phase1/checkpoints/hf_format/samples_12', 'phased/phase2/checkpoints/hf_format/samples_12'];
  for (const place of places) await cp(join(DEMO, 'ilab', 'demo', 'v1', 'safetensors'), join(data, place), { recursive: true });
  expect(await inspect('samples_4224')).toMatchObject({ path: join(data, places[0] ?? ''), architecture: 'LlamaForCausalLM' });
  const second = 'phase2/checkpoints/hf_format/samples_12';
  expect((await workspace.ilab(['model', 'path', second])).stdout.trim()).toBe(join(data, 'phased', second));
  expect(await workspace.ilab(['model', 'path', 'samples_12'])).toMatchObject({ code: 4, stderr: expect.stringContaining('phase1') });
});

it('is refused, with the place, where a file is cut off', async () => {
  const torn = join(workspace.home, 'torn.gguf');
  await cp(join(DEMO, 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf'), torn);
  await truncate(torn, 500_000);
  const { code, stderr } = await workspace.ilab(['model', 'path', torn]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/torn\.gguf is not a model: No valid GGUF: .* ends at byte \d+, and the file has 500000/);
});
