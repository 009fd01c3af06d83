import type { Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { beforeAll, describe, expect, it } from 'vitest';
import { candidates } from '../src/completion/candidates.ts';
import { knownCommand, type KnownCommand } from '../src/completion/known-command.ts';
import { SCRIPTS } from '../src/completion/scripts.ts';
import { ilab, load } from './in-process.ts';

let config: Interfaces.Config;
let commands: readonly KnownCommand[];
beforeAll(async () => {
  config = await Config.load(load);
  commands = config.commands.map(knownCommand);
});

const MODELS = ['quay.io/a/b:v1'];
const complete = (...words: string[]) =>
  candidates({ words, commands, names: (kind) => Promise.resolve(kind === 'model' ? MODELS : kind === 'collection' ? ['handbook'] : []) });

/** As design and documents have them. */
const ROLES = ['model', 'base-model', 'judge-model', 'teacher-model', 'student-model', 'embedding-model', 'adapter', 'tokenizer'];

describe('of every command', () => {
  it('completes models after --model and the flag of every role, however they are written', async () => {
    const seen = new Set<string>();
    for (const { id, flags } of config.commands) {
      const words = id.split(':');
      for (const { name, char } of Object.values(flags).filter((flag) => ROLES.includes(flag.name))) {
        seen.add(name);
        expect(await complete(...words, `--${name}`, 'q'), `${id} --${name}`).toEqual(MODELS);
        expect(await complete(...words, `--${name}=q`), `${id} --${name}=`).toEqual([`--${name}=quay.io/a/b:v1`]);
        if (char) expect(await complete(...words, `-${char}`, ''), `${id} -${char}`).toEqual(MODELS);
      }
    }
    expect([...seen].sort()).toEqual([...ROLES].sort());
  });

  it('completes the name of every flag, and the words of those that take one of a few', async () => {
    for (const { id, flags } of config.commands) {
      const words = id.split(':');
      for (const flag of Object.values(flags).filter(({ hidden }) => !hidden)) {
        expect(await complete(...words, `--${flag.name}`), id).toContain(`--${flag.name}`);
        if (flag.type === 'option' && flag.options) expect(await complete(...words, `--${flag.name}`, ''), id).toEqual([...flag.options].sort());
      }
    }
    expect(await complete('model', 'path', '--pull', '')).toEqual(['always', 'missing', 'never', 'newer']);
  });

  it('completes collections where documents are', async () => {
    for (const words of [
      ['rag', 'ingest'],
      ['model', 'chat', '--rag'],
    ])
      expect(await complete(...words, '--collection', '')).toEqual(['handbook']);
  });

  it('completes models where an argument is a reference', async () => {
    const taking = config.commands.filter(({ args }) => 'REF' in args || 'SOURCE' in args).map(({ id }) => id);
    expect(taking).toEqual(expect.arrayContaining(['model:download', 'model:path', 'model:remove', 'model:copy']));
    for (const id of taking) expect(await complete(...id.split(':'), ...(id === 'model:alias:set' ? ['name'] : []), 'q'), id).toEqual(MODELS);
  });
});

describe('ilab completion', () => {
  it.each(Object.entries(SCRIPTS))('prints the script for %s', async (shell, script) => {
    expect(await ilab(['completion', shell], {})).toEqual({ code: 0, stdout: script, stderr: '' });
  });

  it('says which shells there are', async () => {
    expect(await ilab(['completion', 'tcsh'], {})).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh, fish, powershell') });
  });
});
