import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, findPython, lacking, mustRun, root, storeOf, type Workspace } from '../src/index.ts';

/** What other tools have is not fetched again. */
let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  hub = await startHub({ models: await readModels(join(root, 'tools', 'demo', 'models')) });
});
afterAll(() => hub.close());
beforeEach(async () => {
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(() => workspace.remove());

interface Downloaded {
  readonly path: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly fetched: number;
  readonly linked: number;
  readonly donated: Readonly<Record<string, number>>;
}

async function download(reference: string, ...args: string[]): Promise<Downloaded> {
  const { code, stdout, stderr } = await workspace.ilab(['model', 'download', reference, '--json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { result: [Downloaded] }).result[0];
}

/** Requests for the content of weights, since a moment. */
function weightsAsked(since: number): readonly string[] {
  return hub.requests.slice(since).flatMap(({ url }) => (/\.(?:gguf|safetensors)(?:$|\?)|\/blobs\//.test(url) && !url.includes('/tree/') ? [url] : []));
}

const noPython = lacking('huggingface_hub');
const DOWNLOAD = 'from huggingface_hub import snapshot_download; path = snapshot_download("ilab/demo", revision="v1")';
/** The client shares what came by Xet, which needs servers that are not here; so it is told to share what came without. */
const SHARE = `
from pathlib import Path
from huggingface_hub.utils._shared_blobs import publish_blob_to_shared_store
cache = Path(path).parents[2]
for blob in cache.glob("models--*/blobs/*"):
  if len(blob.name) == 64:
    assert publish_blob_to_shared_store(blob_path=str(blob), xet_hash=blob.name[::-1], cache_dir=cache, expected_size=blob.stat().st_size)`;

async function python(script: string, extra: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = { ...workspace.env, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1', ...extra };
  await mustRun(findPython() ?? '', ['-c', script], { env });
}

describe.skipIf(noPython !== undefined).each([
  ['', DOWNLOAD, {}],
  [', with the blob store that repositories share', `${DOWNLOAD}${SHARE}`, {}],
  [', without links', DOWNLOAD, { HF_HUB_DISABLE_SYMLINKS: '1' }],
] as const)(`a cache of huggingface_hub of Python${noPython === undefined ? '' : ` (${noPython})`}%s`, (_kind, script, extra) => {
  beforeEach(() => python(script, extra));

  it('spares every byte of the weights, from the Hub and from a registry', async () => {
    const since = hub.requests.length;
    const done = await download('hf://ilab/demo:v1');
    expect(weightsAsked(since)).toEqual([]);
    const weights = done.files.filter((path) => /\.(?:gguf|safetensors)$/.test(path));
    const size = weights.reduce((sum, path) => sum + statSync(join(done.path, path)).size, 0);
    expect(weights.length).toBeGreaterThan(0);
    expect(done.donated['Hugging Face']).toBeGreaterThanOrEqual(size);
    expect(done.fetched + done.linked).toBe(done.bytes);
    // A registry names every file by its sha256, so what the first download fetched is here too.
    expect(await download(`${hub.host}/ilab/demo:v1`)).toMatchObject({ fetched: 0, linked: done.bytes });
  });

  it('may be removed by its own tool', async () => {
    const { path, files } = await download('hf://ilab/demo:v1');
    await mustRun(findPython() ?? '', ['-m', 'huggingface_hub.cli.hf', 'cache', 'rm', 'model/ilab/demo', '--yes'], { env: workspace.env });
    const expected = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1');
    for (const file of files) expect(readFileSync(join(path, file)).equals(readFileSync(join(expected, file)))).toBe(true);
  });

  it('says before and after what it gives', async () => {
    const planned = await workspace.ilab(['model', 'download', 'hf://ilab/demo:v1', '--dry-run']);
    expect(planned.stdout).toMatch(/gguf .*Hugging Face/);
    const { stderr } = await workspace.ilab(['model', 'download', 'hf://ilab/demo:v1']);
    expect(stderr).toMatch(/taken from Hugging Face instead/);
  });

  it('gives nothing where nobody wants it', async () => {
    expect(await download('hf://ilab/demo:v1', '--no-donors')).toMatchObject({ linked: 0, donated: {} });
    const other = await createWorkspace({ ...workspace.env, ILAB_DONORS: 'no' } as Record<string, string>);
    const { stdout } = await other.ilab(['model', 'download', `${hub.host}/ilab/demo:v2`, '--json'], { env: { HOME: workspace.home } });
    await other.remove();
    expect((JSON.parse(stdout) as { result: [Downloaded] }).result[0].donated).toEqual({});
  });
});

describe('blobs of Ollama', () => {
  /** Every file of a version, under the name that Ollama gives it. */
  function layOut(version: string): void {
    const blobs = join(workspace.home, '.ollama', 'models', 'blobs');
    mkdirSync(blobs, { recursive: true });
    const folder = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', version);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      copyFileSync(path, join(blobs, `sha256-${createHash('sha256').update(readFileSync(path)).digest('hex')}`));
    }
  }

  it('spare every byte', async () => {
    layOut('v1');
    const since = hub.requests.length;
    const done = await download(`${hub.host}/ilab/demo:v1`);
    expect(done).toMatchObject({ fetched: 0, linked: done.bytes, donated: { Ollama: done.bytes } });
    expect(weightsAsked(since)).toEqual([]);
  });

  it('that are damaged are told and fetched', async () => {
    layOut('v1');
    const blobs = join(workspace.home, '.ollama', 'models', 'blobs');
    for (const name of readdirSync(blobs)) writeFileSync(join(blobs, name), Buffer.alloc(statSync(join(blobs, name)).size));
    const { code, stderr, stdout } = await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/Warning: .*sha256-.* \(Ollama\) is damaged/) });
    expect(stdout.trim().startsWith(storeOf(workspace))).toBe(true);
  });
});
