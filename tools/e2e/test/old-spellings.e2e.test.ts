import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../src/index.ts';

/** The built command line in old words, one of each of the thirteen commands; all of them are in packages/cli/test/deprecated-options.test.ts. */
let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  hub = await startHub({ models: [{ repository: 'acme/m', versions: new Map([['main', snapshotOf({ 'm-Q4_K_M.gguf': 'GGUF four' })]]) }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

it.each<[code: number, old: readonly string[], says: string]>([
  [0, ['config', 'init', '--non-interactive', '--model-path', 'acme/m'], '--model'],
  [0, ['model', 'download', '-rp', 'acme/m', '-rl', 'main'], '--revision'],
  [0, ['model', 'download', 'acme/m', '--hf-token', 'hf_typed'], 'ilab login'],
  [0, ['model', 'list', '--list-checkpoints'], '--checkpoints'],
  [11, ['model', 'chat', '--model-id', 'm'], '--model'],
  [11, ['model', 'serve', '--model-path=m'], '--model'],
  [11, ['serve', '-m', 'm'], 'ilab model serve'],
  [11, ['model', 'test', '--model-dir', 'm'], '--model'],
  [11, ['model', 'train', '--gguf-model-path', 'm', '--local'], 'nothing'],
  [11, ['model', 'evaluate', '-m', 'm', '--base-model-id', 'm'], '--base-model'],
  [2, ['model', 'convert', '--model-dir', 'm'], '--model'],
  [11, ['data', 'generate', '--teacher-model-id', 'm', '-dt'], '--detached'],
  [11, ['rag', 'ingest', '.', '--embedding-model-path', 'm'], '--embedding-model'],
  [0, ['model', 'upload', '-m', 'm', '-d', 'acme/new', '--dest-type', 'hf', '-rl', 'v1', '--dry-run'], 'oci://'],
  [0, ['model', 'remove', '-m', 'm', '-f'], '--yes'],
])('ends with %i: ilab %j', async (code, old, says) => {
  const { stderr, ...ended } = await workspace.ilab(old);
  expect(ended.code, stderr).toBe(code);
  expect(stderr).toMatch(/^Warning: \S+(?: \S+)? is deprecated, and gone in 2\.0\.0: say /m);
  expect(stderr).toContain(says);
});

it('logs no token, whatever is asked to be logged', async () => {
  for (const token of [['--hf-token', 'hf_typed'], ['--hf-token=hf_typed']]) {
    const { code, stdout, stderr } = await workspace.ilab(['model', 'download', 'acme/m', ...token], { env: { DEBUG: '*', ILAB_DEBUG: '1' } });
    expect(code).toBe(0);
    expect(stderr).toContain('oclif');
    expect(`${stdout}${stderr}`).not.toContain('hf_typed');
  }
  expect(hub.requests.map(({ headers }) => headers.authorization)).toContain('Bearer hf_typed');
  const before = hub.requests.length;
  await workspace.ilab(['model', 'download', 'acme/m', '--force']);
  expect(new Set(hub.requests.slice(before).map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
});
