import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Budget, installedPackages, overBudget } from '../src/index.ts';

const SMALL: Budget = { packages: 3, installed: 1000, packed: 100 };

/** An install that is within its budget, and then is not. */
describe('the budget', () => {
  let modules: string;
  beforeEach(async () => {
    modules = await mkdtemp(join(tmpdir(), 'ilab-budget-'));
    await lay('good', {});
    await lay('@scope/good', {});
    await lay('good/node_modules/inner', {});
  });
  afterEach(() => rm(modules, { recursive: true, force: true }));

  async function lay(path: string, manifest: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, text] of Object.entries({ 'package.json': JSON.stringify({ name: path, version: '1.0.0', ...manifest }), ...files })) {
      await mkdir(dirname(join(modules, path, name)), { recursive: true });
      await writeFile(join(modules, path, name), text);
    }
  }

  const problems = async (packed = 0) => overBudget(await installedPackages(modules), packed, SMALL);

  it('is kept', async () => {
    expect(await problems()).toEqual([]);
    expect((await installedPackages(modules)).map(({ name }) => name).sort()).toEqual(['@scope/good', 'good', 'good/node_modules/inner']);
  });

  it.each<readonly [string, string, object, Readonly<Record<string, string>>, RegExp]>([
    ['one package more', 'fourth', {}, {}, /^4 packages, and 3 are the most$/],
    ['a script', 'good', { scripts: { postinstall: 'node x' } }, {}, /^good runs a script when it is installed: postinstall$/],
    ['a script within', 'good/node_modules/inner', { scripts: { install: 'make' } }, {}, /inner runs a script/],
    ['native code', 'good', {}, { 'build/x.node': '' }, /^good\/build\/x\.node is code of one machine$/],
    ['what builds native code', '@scope/good', {}, { 'binding.gyp': '{}' }, /binding\.gyp is code/],
    ['a native build by its manifest', 'good', { gypfile: true }, {}, /good\/package\.json is code/],
    ['bytes', 'good', {}, { 'large.js': ' '.repeat(1000) }, /bytes installed, and 1000 are the most$/],
  ])('is broken by %s', async (_what, path, manifest, files, says) => {
    await lay(path, manifest, files);
    expect((await problems()).join('\n')).toMatch(says);
    expect(await problems()).toHaveLength(1);
  });

  it('is broken by large archives', async () => {
    expect(await problems(101)).toEqual(['101 bytes packed, and 100 are the most']);
  });

  it('takes no script that runs when a package is published', async () => {
    await lay('good', { scripts: { prepublishOnly: 'make', test: 'x' } });
    expect(await problems()).toEqual([]);
  });
});
