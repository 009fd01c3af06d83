import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../src/index.ts';

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  const model = { repository: 'acme/m', versions: new Map([['main', snapshotOf({ 'config.json': '{}', 'model.safetensors': 'weights' })]]) };
  hub = await startHub({ models: [model] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

const asked = (): readonly string[] => hub.requests.filter(({ origin, url }) => origin === 'hub' && url.includes('/tree/')).map(({ url }) => url);

it('asks for the files of a commit once: a commit never changes', async () => {
  // The first one makes the store, and what is kept lies in it.
  for (const _time of [1, 2]) expect((await workspace.ilab(['model', 'download', 'hf://acme/m'])).code).toBe(0);
  const before = asked().length;
  expect(before).toBeGreaterThan(0);
  const { code, stdout } = await workspace.ilab(['model', 'download', 'hf://acme/m', '--force', '--json']);
  expect({ code, result: JSON.parse(stdout) }).toMatchObject({ code: 0, result: { ok: true, result: [{ files: ['config.json', 'model.safetensors'] }] } });
  expect(asked()).toHaveLength(before);
  // The commit itself is asked for every time.
  expect(hub.requests.filter(({ url }) => url.includes('/revision/')).length).toBeGreaterThanOrEqual(3);
});
