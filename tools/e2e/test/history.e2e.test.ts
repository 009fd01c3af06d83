import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../src/index.ts';

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  hub = await serve({ main: 'one' });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

/** The repository with these versions and no others, as its owner has it or somebody who took its name. */
function serve(versions: Readonly<Record<string, string>>, port?: number): Promise<Hub> {
  const snapshots = Object.entries(versions).map(([name, weights]) => [name, snapshotOf({ 'config.json': '{}', 'model.safetensors': weights })] as const);
  return startHub({ models: [{ repository: 'acme/m', versions: new Map(snapshots) }], ...(port !== undefined && { port }) });
}

async function becomes(versions: Readonly<Record<string, string>>): Promise<void> {
  const port = Number(new URL(hub.url).port);
  await hub.close();
  hub = await serve(versions, port);
}

const download = (...more: readonly string[]) => workspace.ilab(['model', 'download', 'hf://acme/m', '--json', ...more]);
const here = async (): Promise<string> => {
  const { stdout } = await workspace.ilab(['model', 'path', 'hf://acme/m', '--offline']);
  return createHash('sha1')
    .update(readFileSync(`${stdout.trim()}/model.safetensors`))
    .digest('hex');
};

it('follows a branch of a repository that knows its past', async () => {
  expect((await download()).code).toBe(0);
  await becomes({ main: 'two', before: 'one' });
  expect((await download()).code).toBe(0);
});

it('does not follow a name into a repository that was made anew, until it is told', async () => {
  expect((await download()).code).toBe(0);
  const before = await here();
  await becomes({ main: 'somebody else’s' });
  const { code, stdout } = await download();
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
  expect({ code, error }).toMatchObject({
    code: 6,
    error: { code: 'E_INTEGRITY', message: expect.stringContaining('made anew'), hint: expect.stringContaining('--force') },
  });
  expect(await here()).toBe(before);
  const forced = await download('--force');
  expect(forced.code, forced.stdout).toBe(0);
  expect(await here()).not.toBe(before);
});

it('asks nothing of a Hub under HF_HUB_OFFLINE, and finds what is here', async () => {
  expect((await download()).code).toBe(0);
  const env = { HF_HUB_OFFLINE: '1' };
  const since = hub.requests.length;
  expect((await workspace.ilab(['model', 'path', 'hf://acme/m'], { env })).code).toBe(0);
  expect((await workspace.ilab(['model', 'download', 'hf://acme/m'], { env })).code).toBe(9);
  expect(hub.requests.length).toBe(since);
});
