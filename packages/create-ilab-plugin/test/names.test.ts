import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { namesOf, TAKEN, UsageError } from '../src/names.ts';

describe('the name of a plugin', () => {
  it.each([
    ['shelf', { name: 'shelf', typeName: 'Shelf', packageName: 'ilab-plugin-shelf', folder: 'ilab-plugin-shelf' }],
    ['ilab-plugin-my-shelf', { name: 'my-shelf', typeName: 'MyShelf', packageName: 'ilab-plugin-my-shelf', folder: 'ilab-plugin-my-shelf' }],
    ['@you/ilab-plugin-s4', { name: 's4', typeName: 'S4', packageName: '@you/ilab-plugin-s4', folder: 'ilab-plugin-s4' }],
    ['@you/shelf', { name: 'shelf', typeName: 'Shelf', packageName: '@you/ilab-plugin-shelf', folder: 'ilab-plugin-shelf' }],
  ])('is taken as %s', (given, names) => {
    expect(namesOf(given, 'registry')).toEqual(names);
  });

  it.each(['', 'Shelf', '../x', '/etc', '4ever', 'a--b', 'a-', 'a b', 'größe', 'a/b', '@/x', '@you/', '@you/a/b', `a${'b'.repeat(30)}`, 'ilab-plugin-'])(
    'is refused as %j',
    (given) => {
      expect(() => namesOf(given, 'registry')).toThrow(UsageError);
    },
  );

  it.each([
    ['Shelf', 'take shelf.'],
    ['My  Shelf!', 'take my-shelf.'],
    ['größe', 'take lower-case letters'],
    ['Crème', 'take creme.'],
    ['you/shelf', 'a scope looks like @you'],
    ['@you/3D_Prints', 'take d-prints.'],
    ['42', 'take lower-case letters'],
    ['', 'It needs a name.'],
  ])('is refused as %j with what to take', (given, says) => {
    expect(() => namesOf(given, 'registry')).toThrow(says);
  });

  it('is not one of ilab’s own, of the same kind', () => {
    expect(() => namesOf('oci', 'registry')).toThrow(/belongs to ilab/);
    expect(() => namesOf('vllm', 'engine')).toThrow(/belongs to ilab/);
    expect(namesOf('vllm', 'registry').name).toBe('vllm');
    expect(() => namesOf('model', 'command')).toThrow(/belongs to ilab/);
  });

  it('is no first word of ilab’s commands, whichever there are', async () => {
    const commands = await readdir(new URL('../../cli/src/commands', import.meta.url));
    expect(TAKEN.command).toEqual(commands.map((name) => name.replace(/\.ts$/, '')).toSorted());
  });
});
