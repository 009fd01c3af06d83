import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createWorkspace, findProgram, installCompletion, lacking, root, startTerminal, storeOf, type Workspace } from '../src/index.ts';

/** Real shells at real terminals, with the Tab key. */
let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  hub = await startHub({ models: await readModels(join(root, 'tools', 'demo', 'models')) });
  workspace = await createWorkspace();
  for (const version of ['v1', 'v2']) await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:${version}`]);
  await workspace.ilab(['model', 'alias', 'set', 'mine', `${hub.host}/ilab/demo:v1`]);
  // What would run when somebody accepts the only answer.
  await mkdir(join(storeOf(workspace), 'evil$(touch evil)'), { recursive: true });
  await writeFile(join(storeOf(workspace), 'evil$(touch evil)', 'm.gguf'), 'GGUF\u0003\u0000\u0000\u0000');
  await writeFile(join(workspace.home, 'some-file.txt'), '');
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

/** What is typed, and what stands there after Tab. `HOST` is the registry's, with a port. */
const SCENES: readonly (readonly [string, string])[] = [
  ['ilab mod', 'ilab model '],
  ['ilab model path HOST/il', 'ilab model path HOST/ilab/demo:v'],
  ['ilab model path HOST/ilab/demo:v1', 'ilab model path HOST/ilab/demo:v1 '],
  ['ilab model inspect demo:', 'ilab model inspect demo:v'],
  ['ilab model serve -m mi', 'ilab model serve -m mine '],
  ['ilab model chat --model=HOST/il', 'ilab model chat --model=HOST/ilab/demo:v'],
  ['ilab model train --judge-model il', 'ilab model train --judge-model ilab/demo'],
  ['ilab model path --pull nev', 'ilab model path --pull never '],
  ['ilab model list --outd', 'ilab model list --outdated '],
  ['ilab config set models.pull mis', 'ilab config set models.pull missing '],
  ['ilab config get chat.', 'ilab config get chat.model '],
  ['ilab model import ./some', 'ilab model import ./some-file.txt '],
  ['ilab model path --store other-pla', 'ilab model path --store other-pla'],
  ['ilab model path evil', 'ilab model path evil'],
];

describe.each(['bash', 'zsh', 'fish'] as const)('completion in %s', (shell) => {
  const missing = lacking('tmux', shell);
  it.skipIf(missing)(`at a terminal${missing ? `: ${missing}` : ''}`, async () => {
    const { command, env } = await installCompletion(workspace, shell, findProgram(shell) ?? shell);
    const terminal = await startTerminal(command, { env, cwd: workspace.home, columns: 120, rows: 50 });
    onTestFinished(() => terminal.close());
    await terminal.shows(/^> ?$/m);
    for (const [typed, shown] of SCENES) {
      await terminal.type(typed.replace('HOST', hub.host), 'Tab', 'X');
      // The X stands where the cursor was.
      const line = `> ${shown.replace('HOST', hub.host)}X`;
      expect((await terminal.shows(/X$/m)).split('\n').findLast((one) => one.includes('X'))).toBe(line);
      await terminal.type('C-u');
      await terminal.shows(/^> ?$/m);
    }
  });
});
