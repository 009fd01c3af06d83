import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { ilab, ilabJson } from './in-process.ts';

let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const alias = (...args: string[]) => ilabJson(['model', 'alias', ...args], world.env);
const configPath = (): string => join(world.folder, 'config', 'instructlab', 'config.yaml');

function configure(text: string): void {
  mkdirSync(join(world.folder, 'config', 'instructlab'), { recursive: true });
  writeFileSync(configPath(), text);
}

describe('aliases', () => {
  it('are set, listed, found and removed', async () => {
    expect((await alias('set', 'b', 'acme/b')).result).toMatchObject({ name: 'b', model: 'acme/b' });
    expect((await alias('set', 'a', world.model)).result).toMatchObject({ model: world.model });
    expect((await alias('list')).result).toEqual([
      { name: 'a', model: world.model },
      { name: 'b', model: 'acme/b' },
    ]);
    expect((await ilab(['model', 'path', 'a'], world.env)).stdout).toBe(`${world.model}\n`);
    expect((await ilab(['complete', 'model', 'path', '--model', ''], world.env)).stdout.split('\n')).toEqual(expect.arrayContaining(['a', 'b']));
    expect((await alias('remove', 'b')).ok).toBe(true);
    expect((await alias('list')).result).toHaveLength(1);
  });

  it('leave the rest of the file as it is', async () => {
    configure('# mine\nversion: 2.0.0\nmodels:\n  aliases: # names\n    old: {model: a/b, family: llama} # kept\n    gone: c/d\n');
    await alias('set', 'old', 'e/f');
    await alias('remove', 'gone');
    expect(readFileSync(configPath(), 'utf8')).toBe('# mine\nversion: 2.0.0\nmodels:\n  aliases: # names\n    old: {model: e/f, family: llama} # kept\n');
  });

  it.each(['a/b', 'a:v1', 'a@v1', './a', 'a#Q4_K_M', 'hf://a/b', ''])('can’t be called %j', async (name) => {
    expect((await alias('set', name, 'acme/a')).error).toMatchObject({ code: expect.stringMatching(/^E_(?:USAGE|BAD_REFERENCE)$/) });
  });

  it('stand for a reference', async () => {
    expect((await alias('set', 'a', 'acme//a')).error).toMatchObject({ code: 'E_BAD_REFERENCE' });
  });

  it('that are not there can’t be removed, and a file of an older version is not changed', async () => {
    expect((await alias('remove', 'a')).error).toMatchObject({ code: 'E_NOT_FOUND' });
    configure('version: 1.0.0\nmodels:\n- {id: mine, family: llama, path: /m}\n');
    expect((await alias('list')).result).toEqual([{ name: 'mine', model: '/m' }]);
    for (const args of [
      ['remove', 'mine'],
      ['set', 'mine', 'a/b'],
    ])
      expect((await alias(...args)).error).toMatchObject({ code: 'E_USAGE' });
  });
});
