import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@ilab/checks/program';

/** Installs packed packages into a project with nothing else in it, as npm does for users. @throws Error with what npm says */
export async function installInto(project: string, archives: readonly string[]): Promise<void> {
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'ilab', version: '0.0.0', private: true }));
  const { code, output } = await runProgram('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...archives], { cwd: project });
  if (code !== 0) throw new Error(output);
}
