import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFile, listFiles } from '@huggingface/hub';
import { type Hub, type Model, readModels, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, findProgram, findPython, lacking, mustRun, root, type Workspace } from '../src/index.ts';

/** The embedded hub is only as good as what clients say of it that know nothing of us. */
let hub: Hub;
let models: readonly Model[];
let workspace: Workspace;

beforeAll(async () => {
  models = await readModels(join(root, 'tools', 'demo', 'models'));
  hub = await startHub({ models, redirectBlobs: true, pageSize: 4 });
  workspace = await createWorkspace();
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

function contentOf(version: string): Map<string, string> {
  const files = models.find(({ repository }) => repository === 'ilab/demo')?.versions.get(version)?.files;
  return new Map([...(files ?? [])].map(([path, { sha256 }]) => [path, sha256]));
}

async function sha256sum(directory: string, paths: Iterable<string>): Promise<Map<string, string>> {
  const { createHash } = await import('node:crypto');
  const sums = new Map<string, string>();
  for (const path of paths)
    sums.set(
      path,
      createHash('sha256')
        .update(await readFile(join(directory, path)))
        .digest('hex'),
    );
  return sums;
}

const noPython = lacking('huggingface_hub');
describe.skipIf(noPython !== undefined)(`huggingface_hub of Python${noPython === undefined ? '' : ` (${noPython})`}`, () => {
  it('lists versions and downloads a snapshot', async () => {
    const script = `
import json
from huggingface_hub import HfApi, snapshot_download
api = HfApi()
refs = api.list_repo_refs("ilab/demo")
print(json.dumps({
  "tags": [tag.name for tag in refs.tags],
  "branches": [branch.name for branch in refs.branches],
  "files": sorted(api.list_repo_files("ilab/demo", revision="v1")),
  "tree": sorted(entry.path for entry in api.list_repo_tree("ilab/demo", revision="v1", recursive=True)),
  "path": snapshot_download("ilab/demo", revision="v1"),
}))`;
    const env = { ...workspace.env, HF_ENDPOINT: hub.url, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1' };
    const answer = JSON.parse(await mustRun(findPython() ?? '', ['-c', script], { env })) as {
      tags: string[];
      branches: string[];
      files: string[];
      tree: string[];
      path: string;
    };
    const expected = contentOf('v1');
    expect(answer.tags).toEqual(['v1', 'v2']);
    expect(answer.branches).toEqual(['main']);
    expect(answer.files).toEqual([...expected.keys()].sort());
    expect(answer.tree).toEqual(expect.arrayContaining([...expected.keys()]));
    expect(await sha256sum(answer.path, expected.keys())).toEqual(expected);
  });

  it('is refused a repository that is not there, as by the real Hub', async () => {
    const script = `
from huggingface_hub import snapshot_download
from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError
try: snapshot_download("ilab/none")
except RepositoryNotFoundError: print("no repository")
try: snapshot_download("ilab/demo", revision="v9")
except RevisionNotFoundError: print("no revision")`;
    const env = { ...workspace.env, HF_ENDPOINT: hub.url, HF_HUB_DISABLE_XET: '1' };
    expect(await mustRun(findPython() ?? '', ['-c', script], { env })).toBe('no repository\nno revision\n');
  });
});

describe('@huggingface/hub', () => {
  it('lists and downloads', async () => {
    const expected = contentOf('v2');
    const listed: string[] = [];
    for await (const file of listFiles({ repo: 'ilab/demo', revision: 'v2', recursive: true, hubUrl: hub.url })) listed.push(file.path);
    expect(listed.sort()).toEqual([...expected.keys()].sort());
    const { createHash } = await import('node:crypto');
    for (const path of ['ilab-demo-q8_0.gguf', 'safetensors/config.json']) {
      const blob = await downloadFile({ repo: 'ilab/demo', revision: 'v2', path, hubUrl: hub.url });
      const bytes = Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.get(path));
    }
  });
});

const noSkopeo = lacking('skopeo');
describe.skipIf(noSkopeo !== undefined)(`skopeo${noSkopeo === undefined ? '' : ` (${noSkopeo})`}`, () => {
  it('copies an artifact, digests kept', async () => {
    const target = join(workspace.home, 'skopeo');
    const args = ['copy', '--quiet', '--src-tls-verify=false', '--preserve-digests', `docker://${hub.host}/ilab/demo:v1`, `dir:${target}`];
    await mustRun(findProgram('skopeo') ?? '', ['--insecure-policy', ...args], { env: workspace.env });
    const manifest = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as { layers: { digest: string }[] };
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([...contentOf('v1').values()].map((sum) => `sha256:${sum}`));
    const names = [...contentOf('v1').values()];
    expect([...(await sha256sum(target, names)).values()]).toEqual(names);
  });

  it('lists tags', async () => {
    const listed = await mustRun(findProgram('skopeo') ?? '', ['list-tags', '--tls-verify=false', `docker://${hub.host}/ilab/demo`], { env: workspace.env });
    expect((JSON.parse(listed) as { Tags: string[] }).Tags).toEqual(['v1', 'v2']);
  });
});

const noOras = lacking('oras');
describe.skipIf(noOras !== undefined)(`oras${noOras === undefined ? '' : ` (${noOras})`}`, () => {
  it('pulls files under their names', async () => {
    const target = join(workspace.home, 'oras');
    await mustRun(findProgram('oras') ?? '', ['pull', '--plain-http', '--output', target, `${hub.host}/ilab/demo:v2`], { env: workspace.env });
    expect(await sha256sum(target, contentOf('v2').keys())).toEqual(contentOf('v2'));
  });

  it('logs in where the registry asks for a token, and not with a wrong password', async () => {
    const guarded = await startHub({ models, access: { registry: 'bearer', users: { ada: 'secret' }, private: ['ilab/demo'] } });
    const pull = (password: string) =>
      mustRun(
        findProgram('oras') ?? '',
        ['pull', '--plain-http', '-u', 'ada', '-p', password, '--output', join(workspace.home, 'oras-login'), `${guarded.host}/ilab/demo:v1`],
        { env: workspace.env },
      );
    try {
      await pull('secret');
      await expect(pull('wrong')).rejects.toThrow(/unauthorized/i);
    } finally {
      await guarded.close();
    }
  });
});
