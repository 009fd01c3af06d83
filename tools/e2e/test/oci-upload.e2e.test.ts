import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, startIlab, type Workspace, writeFiles } from '../src/index.ts';

const MIB = 1024 * 1024;
const FILES = { 'README.md': Buffer.from('# m\n'), 'config.json': Buffer.from('{"model_type": "llama"}'), 'model.safetensors': randomBytes(2 * MIB) };
const BYTES = Object.values(FILES).reduce((sum, { length }) => sum + length, 0);

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  hub = await startHub({ models: [{ repository: 'org/tiny', versions: new Map([['main', snapshotOf({ 'config.json': '{}', 'model.gguf': 'weights' })]]) }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  writeFiles(join(workspace.home, 'm'), FILES);
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

type Answer = { readonly exit: number | null; readonly error?: { readonly code: string; readonly message: string; readonly hint: string } } & Readonly<
  Record<string, unknown>
>;

async function upload(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await workspace.ilab(['model', 'upload', ...args, '--json']);
  expect(stdout, stderr).not.toBe('');
  const { result, error } = JSON.parse(stdout) as { readonly result?: object; readonly error?: NonNullable<Answer['error']> };
  return { exit: code, ...result, ...(error && { error }) };
}
const at = (name: string): string => `${hub.host}/acme/${name}`;
const isThere = async (name: string, content: Buffer): Promise<boolean> => {
  const digest = createHash('sha256').update(content).digest('hex');
  return (await fetch(`${hub.url}/v2/acme/${name}/blobs/sha256:${digest}`, { method: 'HEAD' })).ok;
};
type Manifest = { readonly layers: readonly unknown[]; readonly annotations?: Readonly<Record<string, string>> };
const manifestOf = async (name: string, tag: string): Promise<Manifest> => {
  const answer = await fetch(`${hub.url}/v2/acme/${name}/manifests/${tag}`);
  return (await answer.json()) as Manifest;
};

describe('ilab model upload to an OCI registry', () => {
  it('needs no --create, and ends with the reference that never moves', async () => {
    const { code, stdout, stderr } = await workspace.ilab(['model', 'upload', '--model', './m', '--force', '--destination', at('m')]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${at('m')}:latest@sha256:[0-9a-f]{64}\n$`));
    expect(stderr).toContain('3 files, 2.1 MB; 2.1 MB sent; as ModelPack');
    const { code: found } = await workspace.ilab(['model', 'download', stdout.trim()]);
    expect(found).toBe(0);
  });

  it('takes blobs from where the model came from, and from where they went before', async () => {
    await upload('--model', './m', '--force', '--destination', at('first:v1'));
    await workspace.ilab(['model', 'download', `${at('first')}:v1`]);
    expect(await upload('--model', `${at('first')}:v1`, '--destination', at('second:v1'))).toMatchObject({ exit: 0, packed: 'original', changed: true });
    const asked = hub.requests.filter(({ url }) => url.includes('/second/blobs/uploads/'));
    expect(asked.filter(({ url }) => url.includes('from=acme%2Ffirst')).length).toBe(1);
    await upload('--model', './m', '--force', '--destination', at('third:v1'));
    expect(hub.requests.some(({ url }) => /third.*from=acme%2Fsecond|third.*from=acme%2Ffirst/.test(url))).toBe(true);
  });

  it('says of a model from a Hub where it is from, and packs only what is chosen', async () => {
    await workspace.ilab(['model', 'download', 'org/tiny']);
    expect(await upload('--model', 'org/tiny', '--destination', at('tiny:v1'), '--include', '*.gguf')).toMatchObject({ exit: 0, files: ['model.gguf'] });
    const manifest = await manifestOf('tiny', 'v1');
    expect(manifest.layers).toHaveLength(1);
    expect(manifest.annotations).toMatchObject({
      'org.opencontainers.image.source': 'https://huggingface.co/org/tiny',
      'org.opencontainers.image.title': 'tiny',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('goes on after Ctrl-C where it stopped, and leaves the tag alone until then', async () => {
    const more = { 'a.bin': randomBytes(3 * MIB), 'b.bin': randomBytes(2.5 * MIB) };
    writeFiles(join(workspace.home, 'm'), more);
    // Of the largest file only the beginning arrives.
    hub.faults.add({ on: /\/blobs\/uploads\/.+/, kind: 'stall', at: 2.75 * MIB, times: 100 });
    const first = startIlab(workspace, ['model', 'upload', '--model', './m', '--force', '--destination', at('m:v1')]);
    for (const content of [...Object.values(FILES), more['b.bin']]) {
      while (!(await isThere('m', content))) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 130 });
    expect(hub.requests.filter(({ method, url }) => method === 'PUT' && url.includes('/manifests/'))).toEqual([]);
    hub.faults.clear();
    const { exit, sent, here } = await upload('--model', './m', '--force', '--destination', at('m:v1'));
    expect(exit).toBe(0);
    expect(Number(sent) + Number(here)).toBe(BYTES + 5.5 * MIB);
    expect(sent).toBe(3 * MIB);
    expect((await manifestOf('m', 'v1')).layers).toHaveLength(5);
  });

  it('shows what would go without asking anybody, and refuses what means nothing there', async () => {
    const { code, stdout } = await workspace.ilab(['model', 'upload', '--model', './m', '--force', '--destination', at('m:v1'), '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('model.safetensors');
    for (const [args, message] of [
      [['--pull-request'], /pull requests/],
      [['--create', '--public'], /who may see/],
      [['--format', 'kit'], /no format “kit”/],
    ] as const) {
      const refused = await upload('--model', './m', '--force', '--destination', at('m:v1'), ...args);
      expect(refused).toMatchObject({ exit: 2, error: { code: 'E_USAGE', message: expect.stringMatching(message) } });
    }
    const refused = await upload('--model', './m', '--force', '--destination', 'acme/m', '--format', 'modelcar');
    expect(refused).toMatchObject({ exit: 2, error: { message: expect.stringContaining('takes files as they are') } });
    expect(hub.requests).toEqual([]);
  });
});
