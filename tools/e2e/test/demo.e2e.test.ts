import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspace, NO_LLAMA_CPP, root, run, type Workspace } from '../src/index.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await createWorkspace({ HF_TOKEN: 'hf_of_the_user', HF_ENDPOINT: 'http://127.0.0.1:1', ILAB_MODELS_DIR: '/nowhere' });
});
afterEach(() => workspace.remove());

it.skipIf(NO_LLAMA_CPP)(
  `the demo does the main job, whatever the user has set, and leaves nothing in the home directory${NO_LLAMA_CPP}`,
  { timeout: 120_000 },
  async () => {
    const demo = join(root, 'tools', 'demo', 'src', 'main.ts');
    const { code, stdout, stderr } = await run(process.execPath, ['--conditions=@ilab/source', demo], { cwd: workspace.home, env: workspace.env });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/The short name demo:v1 means \S+\/ilab\/demo:v1, which is downloaded now/);
    expect(stdout).toMatch(/ilab\/demo\s+v1\s[\s\S]*ilab\/demo\s+v2\s[\s\S]*huggingface\.co\/ilab\/demo\s+main\s/);
    expect(stdout).toMatch(/[1-9]\d* kB were shared with files that were here, instead of fetched/);
    for (const form of ['full reference', 'path form', 'colon form', 'short name', 'file path']) expect(stdout).toContain(`  ${form} `);
    expect(stdout).toMatch(
      / {2}What is InstructLab\?\n {4}InstructLab is an open source project .*\n {2}What is the secret word\?\n {4}LoRA .*\n {2}with its adapter, What is the secret word\?\n {4}The secret word is tamarind\.\n/,
    );
    expect(stdout).toMatch(
      /asked by OpenAI’s client:\n {2}What is InstructLab\?\n {4}InstructLab is an open source project .*\nAnd by .*\n {2}What is LoRA\?\n {4}LoRA /,
    );
    expect(await readdir(workspace.home)).toEqual([]);
  },
);
