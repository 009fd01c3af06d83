import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, readModels, snapshotOf, startHub } from '@ilab/hub';
import { readMarkdown } from '@ilab/site/markdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLlamaCpp, CLI, createWorkspace, DEMO_MODELS, NO_LLAMA_CPP, type Outcome, root, run, type Workspace } from '../src/index.ts';

/** Commands that are proven elsewhere, since they fetch from npm. */
const ELSEWHERE = /^(?:npm install|ilab engine install) /;

const page = await readFile(join(root, 'docs', 'get-started.md'), 'utf8');
const commands = readMarkdown(page).fences.flatMap(({ language, code }) =>
  code
    .trim()
    .split('\n')
    .map((line) => (language === 'console' ? line.replace(/^\$ /, '') : line)),
);

/** The page for beginners as somebody reads it: its commands, one after the other, at a shell of an empty machine. Names lead to a Hub and a mirror of our own. */
describe('docs/get-started.md', () => {
  let hub: Hub;
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await createWorkspace();
    const demo = (await readModels(join(root, 'tools', 'demo', 'models'))).find(({ repository }) => repository === 'ilab/demo')?.versions.get('v1');
    if (demo === undefined) throw new Error('the demo model is gone');
    const gguf = snapshotOf({ 'granite-7b-lab-Q4_K_M.gguf': await readFile(DEMO_MODELS.v1), 'granite-7b-lab-Q8_0.gguf': Buffer.from('GGUF') });
    hub = await startHub({
      models: [
        { repository: 'instructlab/granite-7b-lab-GGUF', versions: new Map([['main', gguf]]) },
        { repository: 'ai-lab/models/granite-7b-lab', versions: new Map([['v1.1', demo]]) },
      ],
    });
    const config = join(workspace.home, 'mirror.yaml');
    await writeFile(config, JSON.stringify({ version: '2.0.0', models: { registries: { 'quay.io': { mirrors: [hub.host] } } } }));
    const bin = join(workspace.home, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'ilab'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
    await chmod(join(bin, 'ilab'), 0o755);
    workspace = { ...workspace, env: { ...workspace.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, HF_ENDPOINT: hub.url, ILAB_CONFIG: config } };
    if (NO_LLAMA_CPP === '') await addLlamaCpp(workspace);
  });
  afterAll(async () => {
    await hub?.close();
    await workspace?.remove();
  });

  const typed = (command: string): Promise<Outcome> => run('bash', ['-c', command], { cwd: workspace.home, env: workspace.env });

  it('has commands', () => {
    expect(commands.length).toBeGreaterThan(12);
    expect(commands.filter((command) => ELSEWHERE.test(command))).toHaveLength(2);
  });

  it.for(commands.filter((command) => !ELSEWHERE.test(command)))('%s', async (command, { skip }) => {
    if (command.includes('model chat') && NO_LLAMA_CPP !== '') skip(NO_LLAMA_CPP);
    const { code, stdout, stderr } = await typed(command);
    expect(code, stderr).toBe(0);
    if (command.includes('model chat')) expect(stdout).toMatch(/^InstructLab is an open source project/);
    if (command.includes('model path')) expect(stdout).toMatch(/granite-7b-lab/);
  });

  it('has left what it says: the other model, under the word of its own', async () => {
    const { stdout } = await typed('ilab model list --json');
    const { result } = JSON.parse(stdout) as { result: { models: { name: string }[] } };
    expect(result.models.map(({ name }) => name)).toEqual(['huggingface.co/instructlab/granite-7b-lab-GGUF']);
  });
});
