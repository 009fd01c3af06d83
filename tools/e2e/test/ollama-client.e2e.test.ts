import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ollamaModel, type OllamaRegistry, startOllama } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, findProgram, freePort, lacking, mustRun, type RealServer, root, startServer, type Workspace } from '../src/index.ts';

const gguf = readFileSync(join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf'));
const TINY = ollamaModel([
  { kind: 'model', content: gguf },
  { kind: 'template', content: '{{ .Prompt }}' },
  { kind: 'license', content: 'MIT' },
]);
const reason = lacking('ollama');

/** The judge of our stand-in: what Ollama's client can pull from is a registry of Ollama's. */
describe.skipIf(reason !== undefined)(`Ollama’s own client${reason === undefined ? '' : ` (${reason})`}`, () => {
  let workspace: Workspace;
  let registry: OllamaRegistry;
  let ollama: RealServer;
  let env: Readonly<Record<string, string | undefined>>;
  const program = findProgram('ollama') ?? '';
  beforeAll(async () => {
    workspace = await createWorkspace();
    registry = await startOllama({ models: { 'library/tiny:q8_0': TINY } });
    const port = await freePort();
    env = { ...workspace.env, OLLAMA_HOST: `127.0.0.1:${port}` };
    ollama = await startServer({ program, args: ['serve'], port, env });
    await mustRun(program, ['pull', '--insecure', `${registry.host}/library/tiny:q8_0`], { env });
  });
  afterAll(async () => {
    await ollama?.stop();
    await registry?.close();
    await workspace?.remove();
  });

  it('pulls from the registry that our tests ask, and has the manifest by whose hash we call the revision', async () => {
    const manifest = readFileSync(join(workspace.home, '.ollama', 'models', 'manifests', registry.host, 'library', 'tiny', 'q8_0'));
    expect(createHash('sha256').update(manifest).digest('hex')).toBe(TINY.manifest.sha256);
    expect(await mustRun(program, ['list'], { env })).toContain(TINY.manifest.sha256.slice(0, 12));
  });

  it('leaves blobs that a download by our plugin takes instead of fetching them', async () => {
    await workspace.ilab(['plugins', 'link', join(root, 'plugins', 'ollama')]);
    const { code, stdout, stderr } = await workspace.ilab(['model', 'download', `ollama://${registry.host}/library/tiny:q8_0`, '--json']);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const { result } = JSON.parse(stdout) as { result: [{ revision: string; fetched: number; bytes: number; donated: object }] };
    expect(result[0]).toMatchObject({ revision: `sha256:${TINY.manifest.sha256}`, fetched: 0, donated: { Ollama: result[0].bytes } });
  });
});
