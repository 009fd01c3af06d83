import { chmod, readFile, truncate, writeFile } from 'node:fs/promises';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, type Running, startIlab, type Workspace, writeEngine } from '../src/index.ts';

const REF = 'hf://acme/model';

let hub: Hub;
let workspace: Workspace;
const running: Running[] = [];
beforeAll(async () => {
  hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['main', snapshotOf({ 'm-Q4_K_M.gguf': 'GGUF four' })]]) }] });
});
afterAll(() => hub?.close());
beforeEach(async () => {
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  await writeEngine(workspace);
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await workspace?.remove();
});

async function serve(...more: readonly string[]): Promise<Running> {
  const started = startIlab(workspace, ['model', 'serve', '--model', REF, '--port', '0', ...more]);
  running.push(started);
  await started.says('Try it:');
  return started;
}

const remove = () => workspace.ilab(['model', 'remove', REF, '--yes']);

describe('a model that is served', () => {
  it('is not removed and not moved, and says who uses it', async () => {
    const { child, ended } = await serve();
    const refused = await remove();
    expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('E_IN_USE')]);
    expect(refused.stderr).toContain('serve');
    expect(await workspace.ilab(['store', 'move', 'elsewhere', '--yes'])).toMatchObject({ code: 10 });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await remove()).toMatchObject({ code: 0 });
  });

  it('is free again when whoever served it was killed', async () => {
    const { child, ended } = await serve();
    child.kill('SIGKILL');
    await ended;
    expect(await remove()).toMatchObject({ code: 0 });
  });

  it('is read first when it is to be, and refused where a byte is another', async () => {
    const path = (await workspace.ilab(['model', 'path', REF])).stdout.trim();
    await chmod(path, 0o600);
    await writeFile(path, 'GGUF five');
    const refused = await workspace.ilab(['model', 'serve', '--model', REF, '--port', '0', '--verify']);
    expect([refused.code, refused.stderr]).toEqual([
      6,
      expect.stringMatching(/E_INTEGRITY\].* m-Q4_K_M\.gguf\.\n\s+Put it right: ilab model verify \S+ --repair/s),
    ]);
    expect(await workspace.ilab(['model', 'verify', REF, '--repair'])).toMatchObject({ code: 0 });
    await serve('--verify');
  });

  it('is brought again where it is not whole', async () => {
    const path = (await workspace.ilab(['model', 'path', REF])).stdout.trim();
    await chmod(path, 0o600);
    await truncate(path, 4);
    await serve();
    expect(await readFile(path, 'utf8')).toBe('GGUF four');
  });
});
