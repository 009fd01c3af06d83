import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './programs.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const RUNNERS = ['lm-eval', 'sdg-hub', 'trl'] as const;
const TOOLS = join(root, '.tools');

/** Why the libraries themselves can't be run here; undefined where they can. */
export function lackingRunners(): string | undefined {
  if (process.env['ILAB_TEST_FULL'] !== '1') return 'in the full run';
  const missing = [...RUNNERS.map((name) => `runners/${name}`), 'engines/llama-cpp'].filter((path) => !existsSync(join(TOOLS, path)));
  return missing.length > 0 ? `${missing.join(', ')} not installed: see tools/install-test-tools.sh --full` : undefined;
}

/** A user who has the runners, and llama.cpp for what they ask: as `ilab runner install` leaves them, without the hours. */
export async function createRunnerWorld(env: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const workspace = await createWorkspace({ OMP_NUM_THREADS: '1', ...env });
  const data = join(workspace.home, '.local', 'share', 'ilab');
  for (const name of [...RUNNERS, 'llama-cpp']) {
    const { code, stderr } = await workspace.ilab(['plugins', 'link', join(root, 'plugins', name)]);
    if (code !== 0) throw new Error(stderr);
  }
  await mkdir(join(data, 'engines', 'llama-cpp'), { recursive: true });
  await symlink(join(TOOLS, 'engines', 'llama-cpp'), join(data, 'engines', 'llama-cpp', 'packages'));
  for (const name of RUNNERS) {
    await mkdir(join(data, 'runners', name), { recursive: true });
    await symlink(join(TOOLS, 'runners', name), join(data, 'runners', name, 'data'));
    await writeFile(join(data, 'runners', name, 'installed.json'), '{}\n');
  }
  return workspace;
}
