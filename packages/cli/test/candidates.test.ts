import { describe, expect, it } from 'vitest';
import { candidates, type KnownCommand } from '../src/completion/candidates.ts';

const command = (id: string, more: Partial<KnownCommand> = {}): KnownCommand => ({
  id,
  hidden: false,
  flags: ['--json', '--model', '-m'],
  modelFlags: ['--model', '-m'],
  values: { '--format': ['modelpack', 'modelcar'] },
  takesModels: false,
  ...more,
});
const commands = [
  command('model list'),
  command('model path', { takesModels: true }),
  command('config show'),
  command('config get', { takesSetting: true }),
  command('config set', { takesSetting: true }),
  command('model train', { modelFlags: ['--model', '-m', '--judge-model'] }),
  command('model alias remove', { takesAlias: true }),
  command('engine install', { takesPart: 'engine' }),
  command('model serve', { partFlags: { '--backend': 'engine', '--runner': 'runner' } }),
  command('complete', { hidden: true }),
];
const references = async () => ['quay.io/a/b:v1', 'hf.co/c/d:main'];
const parts = async (kind: string) => (kind === 'engine' ? ['llama-cpp', 'vllm'] : ['trl']);
const others = { settings: ['chat.model', 'models.dir'], aliases: async () => ['mine'], parts };
const complete = (...words: string[]) => candidates({ words, commands, references, ...others });

describe('completion', () => {
  it('of commands, word by word, without the hidden', async () => {
    expect(await complete('')).toEqual(['config', 'engine', 'model']);
    expect(await complete('mo')).toEqual(['model']);
    expect(await complete('model', '')).toEqual(['alias', 'list', 'path', 'serve', 'train']);
  });

  it('of flags', async () => {
    expect(await complete('model', 'list', '--')).toEqual(['--json', '--model']);
    expect(await complete('model', 'list', '')).toEqual([]);
  });

  it('of engines and runners', async () => {
    expect(await complete('engine', 'install', '')).toEqual(['llama-cpp', 'vllm']);
    expect(await complete('engine', 'install', '--')).toEqual(['--json', '--model']);
    expect(await complete('model', 'serve', '--backend', 'v')).toEqual(['vllm']);
    expect(await complete('model', 'serve', '--runner', '')).toEqual(['trl']);
  });

  it('of the words that a flag takes', async () => {
    expect(await complete('model', 'list', '--format', 'modelc')).toEqual(['modelcar']);
  });

  it('of models after the flag of any role, and of aliases', async () => {
    expect(await complete('model', 'train', '--judge-model', 'q')).toEqual(['quay.io/a/b:v1']);
    expect(await complete('model', 'alias', 'remove', '')).toEqual(['mine']);
  });

  it('of settings, and of models where a setting names one', async () => {
    expect(await complete('config', 'get', '')).toEqual(['chat.model', 'models.dir']);
    expect(await complete('config', 'set', '--quiet', 'c')).toEqual(['chat.model']);
    expect(await complete('config', 'set', 'chat.model', 'h')).toEqual(['hf.co/c/d:main']);
    expect(await complete('config', 'set', 'models.dir', '')).toEqual([]);
    expect(await complete('config', 'set', 'chat.model', 'x', '')).toEqual([]);
  });

  it('of models, as argument and after --model', async () => {
    expect(await complete('model', 'path', 'q')).toEqual(['quay.io/a/b:v1']);
    expect(await complete('model', 'list', '--model', '')).toEqual(['hf.co/c/d:main', 'quay.io/a/b:v1']);
    expect(await complete('model', 'list', '-m', 'h')).toEqual(['hf.co/c/d:main']);
  });
});
