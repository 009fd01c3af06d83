import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KINDS } from '../src/names.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-create-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function create(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    cwd: home,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('create-ilab-plugin', () => {
  it.each(KINDS)('writes a %s that has nothing of the example’s name left', async (kind) => {
    expect(create('@you/odd-name', '--kind', kind)).toMatchObject({ status: 0, stdout: expect.stringContaining('cd ilab-plugin-odd-name') });
    const folder = join(home, 'ilab-plugin-odd-name');
    const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual(
      expect.arrayContaining(['.gitignore', 'README.md', 'package.json', 'tsconfig.json', join('src', 'index.ts')]),
    );
    for (const path of paths) expect([path, await readFile(path, 'utf8')]).toEqual([path, expect.not.stringMatching(/shelf/i)]);
    const json = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      ilab: object;
      dependencies: object;
      devDependencies: object;
    };
    expect(json).toMatchObject({ name: '@you/ilab-plugin-odd-name', oclif: {}, ilab: { apiVersion: 1 } });
    expect(JSON.stringify(json.ilab)).toMatch(/"odd-name(?: report)?"/);
    const own = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { devDependencies: object };
    expect(own.devDependencies).toMatchObject({ ...json.dependencies, ...json.devDependencies });
  });

  it('writes a registry unless something else is said', async () => {
    expect(create('mine')).toMatchObject({ status: 0 });
    expect(await readFile(join(home, 'ilab-plugin-mine', 'src', 'index.ts'), 'utf8')).toContain('createMineRegistry');
  });

  it('takes an empty folder, and nothing that is in the way', async () => {
    await mkdir(join(home, 'ilab-plugin-mine'));
    expect(create('mine')).toMatchObject({ status: 0 });
    const before = await readFile(join(home, 'ilab-plugin-mine', 'package.json'), 'utf8');
    expect(create('mine')).toMatchObject({ status: 2, stderr: expect.stringContaining('is not empty') });
    expect(await readFile(join(home, 'ilab-plugin-mine', 'package.json'), 'utf8')).toBe(before);
    await writeFile(join(home, 'ilab-plugin-filed'), '');
    expect(create('filed')).toMatchObject({ status: 2, stderr: expect.stringContaining('ilab-plugin-filed is a file') });
    expect(create('file2', 'more')).toMatchObject({ status: 2, stderr: expect.stringContaining('One name') });
    expect(create('file-', '-k', 'engine')).toMatchObject({ status: 2 });
    expect(create('other', '--kind', 'poem')).toMatchObject({ status: 2, stderr: expect.stringContaining('registry, engine, runner') });
    expect(create('other', '--nonsense')).toMatchObject({ status: 2, stderr: expect.stringContaining('--kind') });
    expect((await readdir(home)).toSorted()).toEqual(['ilab-plugin-filed', 'ilab-plugin-mine']);
  });

  it('asks nobody who is not there', () => {
    expect(create()).toMatchObject({ status: 2, stderr: expect.stringContaining('It needs a name.') });
    expect(create('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('npm create ilab-plugin') });
  });
});
