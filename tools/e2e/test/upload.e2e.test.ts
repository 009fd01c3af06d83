import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, startIlab, storeOf, type Workspace } from '../src/index.ts';

const SECRET = 'S3cret-token';
const MODEL = { 'config.json': '{"model_type": "llama"}', 'adapter_config.json': '{"peft_type": "LORA"}', 'adapter_model.safetensors': '' };

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  const models = [{ repository: 'acme/m', versions: new Map([['v1', snapshotOf({ 'config.json': '{}', 'model.safetensors': 'weights' })]]) }];
  hub = await startHub({ models, access: { tokens: [SECRET] }, partSize: 256 * 1024 });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url, HF_TOKEN: SECRET, ILAB_DEBUG: '1' });
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

/** Files below the home directory; weights of a safetensors file that says that it has no tensors. */
function write(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [path, content] of Object.entries(files)) {
    const place = join(workspace.home, folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, path.endsWith('adapter_model.safetensors') ? Buffer.from('\u0002\0\0\0\0\0\0\0{}', 'latin1') : content);
  }
  return join(workspace.home, folder);
}

type Uploaded = {
  readonly revision: string;
  readonly url: string;
  readonly changed: boolean;
  readonly sent: number;
  readonly here: number;
  readonly files: string[];
};
const upload = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await workspace.ilab(['model', 'upload', ...args, '--json']);
  expect(`${stdout}${stderr}`).not.toContain(SECRET);
  const { result, error } = JSON.parse(stdout) as { result: Uploaded; error?: { code: string; message: string; hint: string } };
  return { exit: code, ...result, error };
};
const paths = async (revision: string): Promise<string[]> => {
  const answer = await fetch(`${hub.url}/api/models/acme/m/tree/${encodeURIComponent(revision)}?recursive=true`);
  return ((await answer.json()) as { path: string }[]).map(({ path }) => path).sort();
};

describe('ilab model upload', () => {
  it('sends a folder, prints the page of the commit, and the second time nothing', async () => {
    write('lora', MODEL);
    const { code, stdout, stderr } = await workspace.ilab(['model', 'upload', '--model', './lora', '--destination', 'acme/m']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${hub.url}/acme/m/commit/[0-9a-f]{40}\n$`));
    expect(stderr).toContain('3 files');
    expect(await paths('main')).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'config.json', 'model.safetensors']);
    const again = await upload('--model', './lora', '--destination', 'huggingface.co/acme/m:main');
    expect(again).toMatchObject({ exit: 0, changed: false, sent: 0, url: stdout.trim() });
  });

  it('sends what is in the store, its files and not its metadata, without reading what the Hub has', async () => {
    await workspace.ilab(['model', 'download', 'acme/m:v1']);
    const store = join(storeOf(workspace), 'huggingface.co', 'acme', 'm');
    expect(existsSync(join(store, 'v1', '.metadata'))).toBe(true);
    const made = await upload('--model', 'acme/m:v1', '--destination', 'acme/copy', '--create', '--offline');
    expect(made.error).toMatchObject({ code: 'E_OFFLINE' });
    const { exit, files, sent, here } = await upload('--model', 'acme/m:v1', '--destination', 'acme/copy', '--create');
    expect({ exit, files, sent, here }).toEqual({ exit: 0, files: ['config.json', 'model.safetensors'], sent: 2, here: 7 });
    expect(await upload('--model', join(store, 'v1'), '--destination', 'acme/copy')).toMatchObject({ exit: 0, changed: false });
  });

  it('sends nothing of a stored file that is damaged', async () => {
    await workspace.ilab(['model', 'download', 'acme/m:v1']);
    const snapshot = join(storeOf(workspace), 'huggingface.co', 'acme', 'm', 'v1');
    const weights = join(snapshot, 'model.safetensors');
    chmodSync(weights, 0o644);
    writeFileSync(weights, 'WEIGHTS');
    const other = await startHub({ models: [], access: { tokens: [SECRET] } });
    const { code, stdout } = await workspace.ilab(['model', 'upload', '--model', 'acme/m:v1', '--destination', 'acme/m', '--create', '--json'], {
      env: { HF_ENDPOINT: other.url },
    });
    expect(code, stdout).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'E_INTEGRITY', hint: expect.stringContaining('ilab model verify') } });
    expect(other.requests.filter(({ method, url }) => method === 'PUT' || url.includes('/commit/'))).toEqual([]);
    await other.close();
  });

  it('takes what the globs say, and leaves out what belongs to Git and to Hugging Face’s tools', async () => {
    write('lora', { ...MODEL, '.git/config': 'x', 'sub/.git': 'gitdir', '.cache/huggingface/download/a.metadata': 'x', '.hidden': 'goes', 'log.txt': 'x' });
    const { files } = await upload('--model', './lora', '--destination', 'acme/m', '--exclude', '*.txt', '--exclude', 'adapter_c*');
    expect(files).toEqual(['.hidden', 'adapter_model.safetensors', 'config.json']);
    expect(await upload('--model', './lora', '--destination', 'acme/m', '--include', 'none*')).toMatchObject({ exit: 2, error: { code: 'E_USAGE' } });
  });

  it('follows no link out of the folder, and those inside', async () => {
    write('secret', { id_rsa: 'private' });
    const lora = write('lora', MODEL);
    symlinkSync('config.json', join(lora, 'same.json'));
    symlinkSync('../secret/id_rsa', join(lora, 'README.md'));
    symlinkSync('../secret', join(lora, 'folder'));
    for (const name of ['README.md', 'folder']) {
      const refused = await upload('--model', './lora', '--destination', 'acme/m', '--exclude', name === 'folder' ? 'README.md' : 'folder');
      expect(refused).toMatchObject({ exit: 2, error: { message: expect.stringMatching(new RegExp(`“${name}”.*out of the folder`)) } });
    }
    expect(hub.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    const { files } = await upload('--model', './lora', '--destination', 'acme/m', '--exclude', 'README.md', '--exclude', 'folder');
    expect(files).toContain('same.json');
  });

  it('refuses what is no model unless told, and destinations that take none', async () => {
    write('notes', { 'a.txt': 'a' });
    expect(await upload('--model', './notes', '--destination', 'acme/m')).toMatchObject({
      exit: 3,
      error: { code: 'E_NOT_A_MODEL', hint: expect.stringContaining('--force') },
    });
    expect(await upload('--model', './notes', '--destination', 'acme/m', '--force')).toMatchObject({ exit: 0, files: ['a.txt'] });
    for (const destination of [`quay.io/acme/m@sha256:${'a'.repeat(64)}`, `acme/m@sha256:${'a'.repeat(64)}`, 'acme/m#Q4_K_M', './here']) {
      expect(await upload('--model', './notes', '--force', '--destination', destination)).toMatchObject({ exit: 2 });
    }
  });

  it('shows what would go, and asks nobody', async () => {
    write('lora', MODEL);
    const { code, stdout } = await workspace.ilab(['model', 'upload', '--model', './lora', '--destination', 'acme/m', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/adapter_config\.json +21 B/);
    expect(hub.requests).toEqual([]);
  });

  it('goes on after Ctrl-C where it stopped', async () => {
    const weights = (letter: string): Buffer => Buffer.alloc(300 * 1024, letter);
    const lora = write('lora', { ...MODEL, 'a.bin': weights('a'), 'b.bin': weights('b') });
    hub.faults.add({ on: 'partNumber=2', kind: 'stall', at: 1, times: 1 });
    const running = startIlab(workspace, ['model', 'upload', '--model', lora, '--destination', 'acme/m']);
    while (!hub.requests.some(({ url }) => url.includes('complete_multipart'))) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(await paths('main')).not.toContain('a.bin');
    const { sent, here, exit } = await upload('--model', lora, '--destination', 'acme/m');
    expect(exit).toBe(0);
    expect(here).toBeGreaterThanOrEqual(300 * 1024);
    expect(sent).toBeLessThan(301 * 1024);
    expect(readdirSync(lora)).toEqual([...Object.keys(MODEL), 'a.bin', 'b.bin'].sort());
    expect(readFileSync(join(lora, 'a.bin')).equals(weights('a'))).toBe(true);
  });
});
