import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@ilab/checks/program';
import { afterEach, describe, expect, it } from 'vitest';
import { foldersBehind, packFolders } from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const full = process.env['ILAB_TEST_FULL'] === '1';

const temporary: string[] = [];
afterEach(async () => {
  for (const folder of temporary.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ilab-place-'));
  temporary.push(folder);
  return folder;
}

/** @returns what the archives of packages hash to, by their names */
async function hashesOf(folders: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const archives = await packFolders(folders);
  temporary.push(dirname(archives[0] ?? ''));
  return Object.fromEntries(
    await Promise.all(
      archives.map(
        async (archive) =>
          [
            basename(archive),
            createHash('sha256')
              .update(await readFile(archive))
              .digest('hex'),
          ] as const,
      ),
    ),
  );
}

async function must(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runProgram(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}:\n${output}`);
}

describe('an archive', () => {
  it('is the same from another place, with other times, and another one with another byte', { timeout: 60_000 }, async () => {
    const elsewhere = await place();
    const copy = join(elsewhere, 'packages', 'core');
    // A package without a licence of its own is packed with the workspace's.
    for (const file of ['pnpm-workspace.yaml', 'LICENSE']) await cp(join(root, file), join(elsewhere, file));
    await cp(join(root, 'packages', 'core'), copy, { recursive: true, filter: (path) => !/node_modules|\.turbo/.test(path) });
    await utimes(join(copy, 'package.json'), 1, 1);
    const here = await hashesOf([join(root, 'packages', 'core')]);
    expect(Object.keys(here)).toHaveLength(1);
    expect(await hashesOf([copy])).toEqual(here);
    await cp(join(copy, 'package.json'), join(copy, 'dist', 'index.js'));
    expect(await hashesOf([copy])).not.toEqual(here);
  });

  it.skipIf(!full)(`of every package of the command line is the same from two checkouts${full ? '' : ' [in the full run]'}`, { timeout: 600_000 }, async () => {
    const hashes = [];
    for (const name of ['a', join('b', 'deeper')]) {
      const checkout = join(await place(), name);
      await must('git', ['clone', '--quiet', root, checkout], root);
      await must('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--silent'], checkout);
      await must('pnpm', ['exec', 'turbo', 'run', 'build', '--filter=@ilab/cli...', '--force', '--output-logs=errors-only'], checkout);
      hashes.push(await hashesOf(foldersBehind(checkout, '@ilab/cli')));
    }
    const [first = {}, second] = hashes;
    expect(Object.keys(first).length).toBeGreaterThan(5);
    expect(second).toEqual(first);
  });
});
