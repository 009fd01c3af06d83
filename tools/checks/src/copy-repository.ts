import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';
import { trackedFiles, workspacePackages } from './repository.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A copy of this repository that can be spoiled: its own files, and the same installed packages. */
export async function copyRepository(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'ilab-copy-'));
  for (const path of await trackedFiles(root)) {
    if (/\.(?:gguf|safetensors)$/.test(path)) continue;
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await cp(join(root, path), join(copy, path));
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { directory } of workspacePackages(root)) {
    await symlink(join(directory, 'node_modules'), join(copy, directory.slice(root.length), 'node_modules')).catch(() => undefined);
  }
  await runProgram('git', ['init', '--quiet'], { cwd: copy });
  return copy;
}
