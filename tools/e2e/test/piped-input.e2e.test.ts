import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLI, createWorkspace, run, type Workspace } from '../src/index.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace({ ILAB_OFFLINE: '1' });
  mkdirSync(join(workspace.home, 'model'));
  writeFileSync(join(workspace.home, 'model', 'config.json'), '{"model_type": "llama"}');
  writeFileSync(join(workspace.home, 'model', 'model.safetensors'), Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]));
});
afterAll(() => workspace.remove());

it('takes nothing that is piped in for a model', async () => {
  const script = 'printf "quay.io/a/b\\nquay.io/c/d\\n" | while read -r line; do "$1" "$2" model path --model ./model; done';
  const { stdout, stderr } = await run('sh', ['-c', script, 'sh', process.execPath, CLI], { cwd: workspace.home, env: workspace.env });
  expect(stdout.trim().split('\n'), stderr).toEqual([join(workspace.home, 'model'), join(workspace.home, 'model')]);
});
