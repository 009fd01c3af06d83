import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkspace, root, storeOf, type Workspace } from '../src/index.ts';

/** What a user sees of what is here. */
let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  hub = await startHub({ models: await readModels(join(root, 'tools', 'demo', 'models')) });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  for (const reference of [`${hub.host}/ilab/demo:v1`, `${hub.host}/ilab/demo:v2`, 'hf://ilab/demo-adapter'])
    await workspace.ilab(['model', 'download', reference]);
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

type Row = { readonly name: string; readonly version: string; readonly reference: string; readonly size: number; readonly format: string };

async function list(...args: string[]): Promise<Readonly<Record<'models' | 'adapters' | 'checkpoints' | 'broken', Row[]>>> {
  const { stdout } = await workspace.ilab(['model', 'list', '--json', ...args]);
  return (JSON.parse(stdout) as { result: Readonly<Record<'models' | 'adapters' | 'checkpoints' | 'broken', Row[]>> }).result;
}

it('lists versions, and adapters apart', async () => {
  const { models, adapters } = await list();
  expect(models.map(({ version }) => version)).toEqual(['v1', 'v2']);
  expect(adapters).toEqual([expect.objectContaining({ name: 'huggingface.co/ilab/demo-adapter', version: 'main', format: 'adapter' })]);
  expect(await list('--adapters')).toMatchObject({ models: [], adapters });
  const { stdout } = await workspace.ilab(['model', 'list']);
  expect(stdout).toMatch(/^Models\nNAME +VERSION +FORMAT +SIZE +LAST MODIFIED +ID\n/);
  expect(stdout).toMatch(/\n\nAdapters\nNAME /);
});

it('lists checkpoints, and what older tools left, as n/a', async () => {
  const checkpoint = join(workspace.home, '.local', 'share', 'instructlab', 'checkpoints', 'hf_format', 'samples_128');
  await mkdir(checkpoint, { recursive: true });
  await writeFile(join(checkpoint, 'config.json'), '{}');
  await writeFile(join(checkpoint, 'model.safetensors'), 'weights');
  await writeFile(join(storeOf(workspace), 'granite-7b-lab-Q4_K_M.gguf'), 'GGUF\u0003\u0000\u0000\u0000before');
  const { models, checkpoints } = await list();
  expect(models.find(({ name }) => name === 'granite-7b-lab-Q4_K_M.gguf')).toMatchObject({ version: 'n/a', format: 'gguf', size: 14 });
  expect(checkpoints).toEqual([expect.objectContaining({ name: expect.stringContaining('samples_128') })]);
  const { stdout } = await workspace.ilab(['model', 'path', 'granite-7b-lab-Q4_K_M']);
  expect(stdout.trim()).toBe(join(storeOf(workspace), 'granite-7b-lab-Q4_K_M.gguf'));
});

it('looks into several stores', async () => {
  const { models } = await list('--store', join(workspace.home, 'empty'), '--store', storeOf(workspace));
  expect(models.map(({ version }) => version)).toEqual(expect.arrayContaining(['v1', 'v2']));
});

it('shows one thing that is broken, and hides nothing for it', async () => {
  const torn = join(storeOf(workspace), 'quay.io', 'a', 'b', `@sha256-${'0'.repeat(64)}`);
  await mkdir(torn, { recursive: true });
  await writeFile(join(torn, '.metadata'), '{');
  const { models, broken } = await list();
  expect(models.length).toBeGreaterThanOrEqual(2);
  expect(broken).toHaveLength(1);
  const removed = await workspace.ilab(['model', 'remove', torn, '--yes']);
  expect(removed).toMatchObject({ code: 0 });
  expect((await list()).broken).toEqual([]);
});

it('finds a model by every form of its name, and prints the path last', async () => {
  const path = (await list()).models.find(({ version }) => version === 'v1');
  const forms = [`oci://${hub.host}/ilab/demo:v1`, `${hub.host}/ilab/demo/v1`, `${hub.host}/ilab/demo:v1`, 'demo:v1'];
  const found = await Promise.all(forms.map(async (form) => (await workspace.ilab(['model', 'path', '--model', form])).stdout.trim()));
  expect(new Set(found).size).toBe(1);
  expect(found[0]).toContain('@sha256-');
  expect(path?.reference).toBe(`${hub.host}/ilab/demo:v1`);
});

it('removes one version and keeps the other, whose bytes it shares', async () => {
  expect(await workspace.ilab(['model', 'remove', 'demo:v1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Say --yes') });
  expect(await workspace.ilab(['model', 'remove', 'demo:v1', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/came back/) });
  expect((await list()).models.map(({ version }) => version)).toEqual(expect.arrayContaining(['v2']));
  expect((await workspace.ilab(['model', 'inspect', 'demo:v2', '--json'])).code).toBe(0);
  expect(await workspace.ilab(['model', 'path', 'demo:v1', '--offline'])).toMatchObject({ code: 3 });
});
