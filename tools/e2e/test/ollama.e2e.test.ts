import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ollamaModel, type OllamaRegistry, startOllama } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, packAll, root, type Workspace } from '../src/index.ts';

const gguf = readFileSync(join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf'));
const TINY = ollamaModel([
  { kind: 'model', content: gguf },
  { kind: 'template', content: '{{ .Prompt }}' },
  { kind: 'params', content: '{"stop":["x"]}' },
  { kind: 'license', content: 'MIT' },
]);
const FILES = ['LICENSE', 'model.gguf', 'ollama.json', 'params.json', 'template'];

let workspace: Workspace;
let registry: OllamaRegistry;
beforeAll(async () => {
  workspace = await createWorkspace();
  registry = await startOllama({ models: { 'library/tiny:latest': TINY, 'library/tiny:q8_0': TINY } });
});
afterAll(async () => {
  await registry?.close();
  await workspace?.remove();
});

type Downloaded = { readonly path: string; readonly files: readonly string[]; readonly revision: string };

async function download(reference: string, of = workspace): Promise<Downloaded> {
  const { code, stdout, stderr } = await of.ilab(['model', 'download', reference, '--json']);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return (JSON.parse(stdout) as { result: [Downloaded] }).result[0];
}

describe('the plugin for Ollama’s registry, packed', () => {
  it('is installed, in a process of its own, and brings models as files', async () => {
    const archives = await packAll(['packages/core', 'packages/plugin-api', 'plugins/ollama']);
    const installed = await workspace.ilab(['plugins', 'install', '--yes', ...archives]);
    await rm(dirname(archives[0] ?? ''), { recursive: true });
    expect(installed).toMatchObject({ code: 0, stdout: '@ilab/plugin-ollama 0.0.0: ollama://\n' });
    expect(installed.stderr).toContain('in a process of its own, with the credentials of registry.ollama.ai and no others');

    const { path, revision } = await download(`ollama://${registry.host}/library/tiny:q8_0`);
    expect(revision).toBe(`sha256:${TINY.manifest.sha256}`);
    expect(filesIn(path)).toEqual(FILES);
    expect(readFileSync(path)).toEqual(gguf);
    expect(await workspace.ilab(['model', 'verify', `ollama://${registry.host}/library/tiny:q8_0`])).toMatchObject({ code: 0 });
    expect((await workspace.ilab(['model', 'list'])).stdout).toMatch(/library\/tiny +q8_0/);
  });

  it('says what is missing, and what it can’t do', async () => {
    const missing = await workspace.ilab(['model', 'download', `ollama://${registry.host}/library/tiny:v9`]);
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('“library/tiny”') });
    expect(await workspace.ilab(['model', 'versions', `ollama://${registry.host}/library/tiny`])).toMatchObject({ code: 2 });
  });

  it('is held to the digests that it names, and goes on where a connection broke', async () => {
    const fresh = await createWorkspace();
    try {
      await fresh.ilab(['plugins', 'link', join(root, 'plugins', 'ollama')]);
      const reference = `ollama://${registry.host}/library/tiny`;
      registry.faults.add({ on: /^GET \/blobs\//, kind: 'wrong-bytes', at: 0, times: 1000 });
      expect(await fresh.ilab(['model', 'download', reference])).toMatchObject({ code: 6, stderr: expect.stringContaining('E_INTEGRITY') });
      registry.faults.clear();
      registry.faults.add({ on: new RegExp(TINY.blobs[1]?.sha256 ?? ''), kind: 'cut', at: 100_000 });
      expect(filesIn((await download(reference, fresh)).path)).toEqual(FILES);
    } finally {
      registry.faults.clear();
      await fresh.remove();
    }
  });

  it('finds the same files, called the same, as the OCI plugin finds there', async () => {
    const fresh = await createWorkspace();
    try {
      const { path, revision } = await download(`oci://${registry.host}/library/tiny`, fresh);
      expect([revision, filesIn(path)]).toEqual([`sha256:${TINY.manifest.sha256}`, FILES]);
    } finally {
      await fresh.remove();
    }
  });
});

/** Of a model of one GGUF file, the path is that file's. */
function filesIn(path: string): readonly string[] {
  return readdirSync(dirname(path))
    .filter((name) => !name.startsWith('.'))
    .sort();
}
