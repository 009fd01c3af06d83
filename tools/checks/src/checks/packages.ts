import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { programProblems, runProgram } from '../program.ts';
import { type WorkspacePackage, workspacePackages } from '../repository.ts';

/** Packages that bring commands or start programs, or that are data alone, have no types to look at. */
const WITHOUT_TYPES = ['@ilab/cli', '@ilab/plugin-dragonfly', 'create-ilab-plugin'];

/** Every published package is packed as it would be published, and examined: by publint, and by attw as users' compilers see it. */
export const packages: Check = {
  name: 'packages',
  async run(root) {
    const directory = await mkdtemp(join(tmpdir(), 'ilab-pack-'));
    try {
      const waiting = workspacePackages(root).filter((candidate) => !candidate.private);
      const problems: string[] = [];
      // Two at once: each waits for programs.
      const examineNext = async (): Promise<void> => {
        for (let found = waiting.shift(); found; found = waiting.shift()) problems.push(...(await examine(found, { root, directory })));
      };
      await Promise.all([examineNext(), examineNext()]);
      return problems;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function examine(
  { name, directory: source }: WorkspacePackage,
  { root, directory }: { readonly root: string; readonly directory: string },
): Promise<readonly string[]> {
  const own = await mkdtemp(join(directory, 'package-'));
  const packed = await runProgram('pnpm', ['pack', '--pack-destination', own], { cwd: source });
  if (packed.code !== 0) return [`${name} can't be packed: ${packed.output.trim()}`];
  const [tarball] = await readdir(own);
  if (tarball === undefined) return [`${name} was packed into nothing`];
  const archive = join(own, tarball);
  const lint = await programProblems('pnpm', ['exec', 'publint', 'run', archive, '--strict'], root);
  const types = WITHOUT_TYPES.includes(name)
    ? []
    : await programProblems('pnpm', ['exec', 'attw', archive, '--profile', 'esm-only', '--format', 'ascii'], root);
  return [...lint, ...types].map((line) => `${name}: ${line}`);
}
