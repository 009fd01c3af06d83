import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Hub, type Model, readModels, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, fingerprint, findPython, lacking, mustRun, root, storeOf, type Workspace } from '../src/index.ts';

/** What other tools and users have comes into the store as it is, under names that can be asked for. */
let hub: Hub;
let models: readonly Model[];
let workspace: Workspace;
beforeAll(async () => {
  models = await readModels(join(root, 'tools', 'demo', 'models'));
  hub = await startHub({ models });
});
afterAll(() => hub.close());
beforeEach(async () => {
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(() => workspace.remove());

interface Imported {
  readonly reference: string;
  readonly revision: string;
  readonly path: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly added: number;
}

async function importing(...args: string[]): Promise<readonly Imported[]> {
  const { stdout, code } = await workspace.ilab(['model', 'import', ...args, '--json', '--offline']);
  const { result } = JSON.parse(stdout) as { result: { imported: Imported[]; refused: unknown[] } };
  expect({ code, refused: result.refused }).toEqual({ code: 0, refused: [] });
  return result.imported;
}

async function ilab<T>(...args: string[]): Promise<T> {
  return (JSON.parse((await workspace.ilab([...args, '--json'])).stdout) as { result: T }).result;
}

function commitOf(version: string): string | undefined {
  return models.find(({ repository }) => repository === 'ilab/demo')?.versions.get(version)?.commit;
}

const noPython = lacking('huggingface_hub');
describe.skipIf(noPython !== undefined)(`a cache of huggingface_hub of Python${noPython === undefined ? '' : ` (${noPython})`}`, () => {
  const cache = () => join(workspace.home, '.cache', 'huggingface');
  beforeEach(async () => {
    const env = { ...workspace.env, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1' };
    const script = `
from huggingface_hub import hf_hub_download, snapshot_download
snapshot_download("ilab/demo", revision="v1")
hf_hub_download("ilab/demo", "ilab-demo-q8_0.gguf", revision="v2")`;
    await mustRun(findPython() ?? '', ['-c', script], { env });
  });

  it('comes in with commits and names, unchanged, and needs no network afterwards', async () => {
    const before = fingerprint(cache());
    const imported = await importing('--from', 'huggingface');
    expect(new Map(imported.map(({ reference, revision }) => [reference, revision]))).toEqual(
      new Map(['v1', 'v2'].map((version) => [`huggingface.co/ilab/demo:${version}`, commitOf(version)])),
    );
    expect(fingerprint(cache())).toEqual(before);
    expect(await ilab('model', 'path', 'ilab/demo:v1', '--offline')).toMatchObject({ downloaded: false, revision: commitOf('v1') });
    expect((await importing('--from', 'huggingface')).map(({ added }) => added)).toEqual([0, 0]);
  });

  it('is no different from a download of the same, which then fetches nothing', async () => {
    await importing('--from', 'huggingface');
    expect(await ilab('model', 'download', 'ilab/demo:v1')).toMatchObject([{ fetched: 0, linked: 0 }]);
  });

  it('is grown by a download where it has one file of many', async () => {
    await importing('--from', 'huggingface');
    const [done] = await ilab<[{ files: string[]; path: string }]>('model', 'download', 'ilab/demo:v2');
    expect(done.files.length).toBeGreaterThan(1);
    const { files } = await ilab<{ files: { path: string; here: boolean }[] }>('model', 'inspect', 'ilab/demo:v2');
    expect(files.filter(({ here }) => here).map(({ path }) => path)).toEqual([...done.files].sort());
  });

  it('comes in from a folder that the client filled, with its commit', async () => {
    const env = { ...workspace.env, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1' };
    await mustRun(findPython() ?? '', ['-c', 'from huggingface_hub import snapshot_download as s; s("ilab/demo", revision="v1", local_dir="folder")'], {
      env,
      cwd: workspace.home,
    });
    const before = fingerprint(join(workspace.home, 'folder'));
    expect(await importing('folder/safetensors', '--as', 'localhost/part:v1')).toMatchObject([{ reference: 'localhost/part:v1' }]);
    expect(await importing('folder', '--as', 'hf://ilab/demo:v1')).toMatchObject([{ reference: 'huggingface.co/ilab/demo:v1', revision: commitOf('v1') }]);
    expect(fingerprint(join(workspace.home, 'folder'))).toEqual(before);
    expect(await ilab('model', 'download', 'ilab/demo:v1')).toMatchObject([{ fetched: expect.toSatisfy((bytes: number) => bytes < 5000) }]);
  });

  it('never moves a name back that the registry was asked for', async () => {
    await ilab('model', 'download', 'ilab/demo:v2', '--no-donors');
    writeFileSync(join(cache(), 'hub', 'models--ilab--demo', 'refs', 'v2'), commitOf('v1') ?? '');
    await importing('--from', 'huggingface');
    expect(await ilab('model', 'path', 'ilab/demo:v2', '--offline')).toMatchObject({ revision: commitOf('v2') });
  });
});

describe('manifests of Ollama', () => {
  const ollama = () => join(workspace.home, '.ollama', 'models');
  const blob = (content: string | Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(content).digest('hex');
    write(join(ollama(), 'blobs', `sha256-${hex}`), content);
    return { mediaType: `application/vnd.ollama.image.${mediaType}`, digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
  };
  function tag(name: string): string {
    const weights = readFileSync(join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf'));
    const layers = [blob(weights, 'model'), blob('{{ .Prompt }}', 'template'), blob('MIT', 'license'), blob('Apache-2.0', 'license'), blob('{}', 'unheard-of')];
    const config = { ...blob('{"model_format":"gguf"}', 'config'), mediaType: 'application/vnd.docker.container.image.v1+json' };
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json', config, layers });
    write(join(ollama(), 'manifests', name), manifest);
    return `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  }

  it('come in under their names and digests, unchanged', async () => {
    const digest = tag('registry.ollama.ai/library/demo/8b-q8_0');
    const before = fingerprint(ollama());
    expect(await importing('--from', 'ollama')).toMatchObject([
      {
        reference: 'registry.ollama.ai/library/demo:8b-q8_0',
        revision: digest,
        files: expect.arrayContaining(['model.gguf', 'template', 'LICENSE', 'LICENSE.2', 'ollama.json']),
      },
    ]);
    expect(fingerprint(ollama())).toEqual(before);
    expect(await ilab('model', 'path', 'demo:8b-q8_0', '--offline')).toMatchObject({ format: 'gguf', revision: digest });
  });

  it('with hostile names harm nothing', async () => {
    tag('registry.ollama.ai/library/demo/latest');
    tag('registry.ollama.ai/library/UPPER case/latest');
    write(join(ollama(), 'manifests', 'registry.ollama.ai', 'library', 'torn', 'latest'), '{"layers":');
    const { stdout, code, stderr } = await workspace.ilab(['model', 'import', '--from', 'ollama', '--offline']);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringMatching(/Not imported: .*torn(.|\n)*Not imported: .*UPPER case/) });
  });
});

describe('a folder or file', () => {
  const folder = () => join(workspace.home, 'My Model');
  beforeEach(() => {
    write(join(folder(), 'config.json'), '{}');
    write(join(folder(), 'sub', 'notes.txt'), 'notes');
    write(join(folder(), 'model.safetensors'), 'weights');
    write(join(folder(), '.git', 'HEAD'), 'secret');
  });

  it('has a local name, and stays as it is', async () => {
    const before = fingerprint(folder());
    const [one] = await importing(folder());
    expect(one).toMatchObject({ reference: 'localhost/my-model:latest', bytes: 14, added: 14 });
    expect([...(one?.files ?? [])].sort()).toEqual(['config.json', 'model.safetensors', 'sub/notes.txt']);
    expect(statSync(join(one?.path ?? '', 'model.safetensors')).mode & 0o777).toBe(0o444);
    expect(fingerprint(folder())).toEqual(before);
    expect(await ilab('model', 'path', 'my-model', '--pull', 'newer')).toMatchObject({ path: one?.path });
    const listing = ['config.json', 'model.safetensors', 'sub/notes.txt'].map((path) => `${sha256(readFileSync(join(folder(), path)))}  ${path}\n`);
    expect(one?.revision).toBe(`sha256:${sha256(listing.join(''))}`);
  });

  it('keeps its name when it changes, and never takes another’s', async () => {
    const [first] = await importing(folder());
    writeFileSync(join(folder(), 'model.safetensors'), 'weights, better');
    const [second] = await importing(folder());
    expect(second?.reference).toBe(first?.reference);
    expect(second?.revision).not.toBe(first?.revision);
    const namesake = join(workspace.home, 'elsewhere', 'my-model');
    write(join(namesake, 'config.json'), '{"other":1}');
    write(join(namesake, 'model.safetensors'), 'other');
    const refused = await workspace.ilab(['model', 'import', namesake]);
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringMatching(/localhost\/my-model:latest is another model already/) });
    expect(await ilab('model', 'path', 'my-model')).toMatchObject({ revision: second?.revision });
    expect(await importing(namesake, '--as', 'localhost/other:v1')).toMatchObject([{ reference: 'localhost/other:v1' }]);
  });

  it('is called what a user calls it', async () => {
    const [one] = await importing(join(folder(), 'model.safetensors'), '--as', 'quay.io/acme/weights:v1');
    expect(one).toMatchObject({ reference: 'quay.io/acme/weights:v1', files: ['model.safetensors'] });
    expect((await ilab<{ models: { reference: string }[] }>('model', 'list')).models).toMatchObject([{ reference: 'quay.io/acme/weights:v1' }]);
  });

  it('gives away no file that a link leads to', async () => {
    write(join(workspace.home, 'secret'), 'secret');
    symlinkSync(join(workspace.home, 'secret'), join(folder(), 'link.txt'));
    const { code, stderr } = await workspace.ilab(['model', 'import', folder()]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/Not imported: .*link\.txt is no file of this folder/) });
  });

  it.each<[readonly string[], number]>([
    [[], 2],
    [['./nothing'], 3],
    [['My Model/sub'], 3],
    [['My Model', '--from', 'ollama'], 2],
    [['--from', 'lmstudio'], 2],
    [['My Model', '--as', 'quay.io/a/b@sha256:0000'], 2],
    [['My Model', '--as', 'granite'], 3],
  ])('that is named as %j is told what is wrong', async (args, code) => {
    expect(await workspace.ilab(['model', 'import', ...args])).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(/\[E_[A-Z_]+\] .+\n +\S/) });
    expect(() => statSync(storeOf(workspace))).toThrow();
  });
});

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
