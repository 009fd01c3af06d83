import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, findProgram, lacking, mustRun, type RealServer, startDockerRegistry, type Workspace } from '../src/index.ts';

type Row = { readonly reference: string; readonly outdated?: boolean; readonly now?: string; readonly problem?: { readonly code: string } };
type State = { readonly reference: string; readonly state: string; readonly fetched?: number; readonly problem?: { readonly code: string } };

const reason = lacking('docker-registry', 'oras');
describe.skipIf(reason !== undefined)(`what has moved at its registry${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directory: string;
  let registry: RealServer;
  let hub: Hub;
  let workspace: Workspace;
  let nobody: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-outdated-'));
    registry = await startDockerRegistry({ directory, accessLog: true });
    hub = await serve('one');
    workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
    await push('v1', 'old');
    await push('v2', 'same');
    const dead = await startHub({ models: [{ repository: 'acme/gone', versions: new Map([['v1', snapshotOf({ 'm.gguf': 'x' })]]) }] });
    nobody = dead.host;
    const all = [`${registry.host}/acme/model:v1`, `${registry.host}/acme/model:v2`, 'hf://acme/m', `${nobody}/acme/gone:v1`];
    expect(await workspace.ilab(['model', 'download', ...all])).toMatchObject({ code: 0 });
    await dead.close();
  });
  afterAll(async () => {
    await registry?.stop();
    await hub?.close();
    await workspace?.remove();
    await rm(directory, { recursive: true, force: true });
  });

  function serve(content: string, port?: number): Promise<Hub> {
    const versions = new Map([
      ['main', snapshotOf({ 'config.json': '{}', 'model.safetensors': content })],
      ...(content === 'one' ? [] : [['before', snapshotOf({ 'config.json': '{}', 'model.safetensors': 'one' })] as const]),
    ]);
    return startHub({ models: [{ repository: 'acme/m', versions }], ...(port !== undefined && { port }) });
  }

  async function push(tag: string, content: string): Promise<void> {
    await writeFile(join(directory, 'model.gguf'), content);
    const args = ['push', '--plain-http', `${registry.host}/acme/model:${tag}`, 'model.gguf:application/octet-stream'];
    await mustRun(findProgram('oras') ?? '', args, { cwd: directory, env: process.env });
  }

  /** What the registry was asked for since the last time, without its front door. */
  async function asked(): Promise<readonly string[]> {
    const log = await readFile(join(directory, 'access.log'), 'utf8');
    await writeFile(join(directory, 'access.log'), '');
    return [...log.matchAll(/"(GET|HEAD) (\/v2\/\S+) HTTP/g)].map(([, method, path]) => `${method} ${path}`);
  }

  async function ask<T>(...args: readonly string[]): Promise<{ readonly code: number | null; readonly result: T }> {
    const { code, stdout } = await workspace.ilab(['model', ...args, '--json']);
    return { code, ...(JSON.parse(stdout) as { readonly result: T }) };
  }

  it('is found by HEAD for registries, by one question for the Hub, and what can’t be known is said beside it', async () => {
    await asked();
    expect((await ask<{ models: readonly Row[] }>('list', '--outdated')).result.models).toEqual([
      expect.objectContaining({ reference: `${nobody}/acme/gone:v1`, problem: expect.objectContaining({ code: 'E_NETWORK' }) }),
    ]);
    await push('v1', 'new');
    const before = await asked();
    expect(before.filter((line) => line.startsWith('HEAD')).length).toBeGreaterThanOrEqual(2);
    const port = Number(new URL(hub.url).port);
    await hub.close();
    hub = await serve('two', port);
    const { models } = (await ask<{ models: readonly Row[] }>('list', '--outdated')).result;
    expect(models.map(({ reference, outdated }) => [reference, outdated]).sort()).toEqual(
      [
        [`${registry.host}/acme/model:v1`, true],
        [`${nobody}/acme/gone:v1`, undefined],
        ['huggingface.co/acme/m:main', true],
      ].sort(),
    );
    expect([...(await asked())].sort()).toEqual(['HEAD /v2/acme/model/manifests/v1', 'HEAD /v2/acme/model/manifests/v2']);
    expect(hub.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual(['GET /api/models/acme/m/revision/main']);
  });

  it('is told on a terminal, with what is not known', async () => {
    const { stdout, code } = await workspace.ilab(['model', 'list', '--outdated']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/acme\/m +main .* [0-9a-f]{12} +[0-9a-f]{12}$/m);
    expect(stdout).toContain('unknown: ');
  });

  it('is not asked for offline', async () => {
    expect(await workspace.ilab(['model', 'list', '--outdated', '--offline'])).toMatchObject({ code: 9 });
    expect(await workspace.ilab(['model', 'update', '--offline'])).toMatchObject({ code: 9 });
  });

  it('is checked without being fetched, then fetched, and the rest is left alone', async () => {
    const checked = await ask<readonly State[]>('update', '--check', `${registry.host}/acme/model`);
    expect(checked).toMatchObject({ code: 0, result: [{ state: 'outdated' }, { state: 'current' }] });
    await asked();
    const { code, result } = await ask<readonly State[]>('update');
    // One host does not answer, which is said with its code when all else is done.
    expect(code).toBe(7);
    expect(result.map(({ state }) => state).sort()).toEqual(['current', 'unknown', 'updated', 'updated']);
    expect(result.find(({ reference }) => reference.endsWith('model:v1'))?.fetched).toBe(3);
    expect((await asked()).filter((line) => line.includes('manifests/v2'))).toEqual(['HEAD /v2/acme/model/manifests/v2']);
    const { stdout } = await workspace.ilab(['model', 'path', `${registry.host}/acme/model:v1`, '--offline']);
    expect(await readFile(stdout.trim(), 'utf8')).toBe('new');
    expect((await ask<readonly State[]>('update', `${registry.host}/acme/model`)).result.map(({ state }) => state)).toEqual(['current', 'current']);
  });

  it('is asked by HEAD alone where what is newer is wanted and nothing is', async () => {
    await asked();
    expect(await workspace.ilab(['model', 'path', `${registry.host}/acme/model:v2`], { env: { ILAB_PULL: 'newer' } })).toMatchObject({ code: 0 });
    expect(await asked()).toEqual(['HEAD /v2/acme/model/manifests/v2']);
  });

  it('is found for the Hub although the configuration of registries is broken, which is said of theirs', async () => {
    const place = join(workspace.home, '.config', 'containers');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'registries.conf'), 'short-name-mode = 7\n');
    const { code, result } = await ask<readonly State[]>('update', '--check');
    expect(code).toBe(2);
    const told = result.map(({ reference, state, problem }) => [reference.split(/[:/]/, 1)[0], state, problem?.code]);
    const unknown = ['127.0.0.1', 'unknown', 'E_BAD_CONFIG'];
    expect(told.sort()).toEqual([unknown, unknown, unknown, ['huggingface.co', 'current', undefined]]);
  });
});
