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
const commands = [command('model list'), command('model path', { takesModels: true }), command('config show'), command('complete', { hidden: true })];
const references = async () => ['quay.io/a/b:v1', 'hf.co/c/d:main'];
const complete = (...words: string[]) => candidates({ words, commands, references });

describe('completion', () => {
  it('of commands, word by word, without the hidden', async () => {
    expect(await complete('')).toEqual(['config', 'model']);
    expect(await complete('mo')).toEqual(['model']);
    expect(await complete('model', '')).toEqual(['list', 'path']);
  });

  it('of flags', async () => {
    expect(await complete('model', 'list', '--')).toEqual(['--json', '--model']);
    expect(await complete('model', 'list', '')).toEqual([]);
  });

  it('of the words that a flag takes', async () => {
    expect(await complete('model', 'list', '--format', 'modelc')).toEqual(['modelcar']);
  });

  it('of models, as argument and after --model', async () => {
    expect(await complete('model', 'path', 'q')).toEqual(['quay.io/a/b:v1']);
    expect(await complete('model', 'list', '--model', '')).toEqual(['hf.co/c/d:main', 'quay.io/a/b:v1']);
    expect(await complete('model', 'list', '-m', 'h')).toEqual(['hf.co/c/d:main']);
  });
});
