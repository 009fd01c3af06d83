import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Hub, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, findPython, lacking, mustRun, type Workspace } from '../src/index.ts';

/** What counts is what a client says that knows nothing of us: of our hub, and of what we put into it. */
const SECRET = 'hf_officialShapedToken123';
const FILES: Readonly<Record<string, string | Buffer>> = {
  'README.md': '---\nlicense: apache-2.0\n---\n# m\n',
  'config.json': '{"model_type": "llama"}',
  'a dir/x#y ü.txt': 'odd',
  'empty.txt': '',
  'small.safetensors': 'weights',
  'large.bin': randomBytes(3_000_001),
};
const HASHES = Object.fromEntries(Object.entries(FILES).map(([path, content]) => [path, sha256(content)]));

const noPython = lacking('huggingface_hub');
let hub: Hub;
let workspace: Workspace;
let folder: string;
beforeEach(async () => {
  hub = await startHub({ models: [], access: { tokens: [SECRET] }, partSize: 1024 * 1024 });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url, HF_TOKEN: SECRET, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_TELEMETRY: '1' });
  folder = join(workspace.home, 'm');
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hashesBelow(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(directory, path)).isFile());
  return Object.fromEntries(files.filter((path) => path !== '.gitattributes').map((path) => [path, sha256(readFileSync(join(directory, path)))]));
}

const python = async (script: string): Promise<string> => (await mustRun(findPython() ?? '', ['-c', script], { env: workspace.env })).trim();
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe.skipIf(noPython !== undefined)(`huggingface_hub of Python${noPython === undefined ? '' : ` (skipped: ${noPython})`}`, () => {
  it('reads back what ilab uploaded, byte for byte', async () => {
    const { code, stdout, stderr } = await workspace.ilab([
      'model',
      'upload',
      '--model',
      folder,
      '--force',
      '--destination',
      'tester/ours',
      '--create',
      '--message',
      'by ilab',
    ]);
    expect(code, stderr).toBe(0);
    const snapshot = lastLine(await python('from huggingface_hub import snapshot_download; print(snapshot_download("tester/ours"))'));
    expect(hashesBelow(snapshot)).toEqual(HASHES);
    expect(stdout.trim().endsWith(snapshot.split('/').at(-1) ?? '?')).toBe(true);
    const private_ = await python('from huggingface_hub import HfApi; print(HfApi().model_info("tester/ours").private)');
    expect(private_).toBe('True');
  });

  it('agrees with ilab on what is there: either finds nothing to do after the other', async () => {
    const upload = (target: string): string =>
      `from huggingface_hub import HfApi; a = HfApi(); a.create_repo("${target}", exist_ok=True); print(a.upload_folder(repo_id="${target}", folder_path=${JSON.stringify(folder)}).oid)`;
    await workspace.ilab(['model', 'upload', '--model', folder, '--force', '--destination', 'tester/ours', '--create']);
    const head = lastLine(await python('from huggingface_hub import HfApi; print(HfApi().model_info("tester/ours").sha)'));
    expect(lastLine(await python(upload('tester/ours')))).toBe(head);

    const theirs = lastLine(await python(upload('tester/theirs')));
    const { stdout } = await workspace.ilab(['model', 'upload', '--model', folder, '--force', '--destination', 'tester/theirs', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: { changed: false, sent: 0, revision: theirs } });
  });

  it('takes the embedded hub for a Hub: uploads, in parts, to branches and pull requests, and reads them', async () => {
    const script = `
from huggingface_hub import HfApi, snapshot_download
a = HfApi()
a.create_repo("tester/theirs", private=True)
a.create_branch("tester/theirs", branch="dev")
c = a.upload_folder(repo_id="tester/theirs", folder_path=${JSON.stringify(folder)}, revision="dev", commit_message="theirs")
p = a.upload_file(repo_id="tester/theirs", path_or_fileobj=b"more", path_in_repo="more.txt", revision="dev", create_pr=True)
print(p.pr_num, p.pr_revision)
print(snapshot_download("tester/theirs", revision="dev"))
print(snapshot_download("tester/theirs", revision="refs/pr/1", allow_patterns="more.txt"))`;
    const [pull, dev, proposed] = (await python(script)).split('\n').slice(-3);
    expect(pull).toBe('1 refs/pr/1');
    expect(hashesBelow(dev ?? '')).toEqual(HASHES);
    expect(hashesBelow(proposed ?? '')).toEqual({ 'more.txt': sha256('more') });
    expect(hub.requests.filter(({ url }) => url.includes('partNumber')).length).toBe(3);
    const { code } = await workspace.ilab(['model', 'download', 'tester/theirs:dev', '--destination', join(workspace.home, 'back')]);
    expect(code).toBe(0);
    expect(hashesBelow(join(workspace.home, 'back'))).toEqual(HASHES);
  });
});
