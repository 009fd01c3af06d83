import { describe, expect, it } from 'vitest';
import { candidates, type Where } from '../src/completion/candidates.ts';
import type { Kind, KnownCommand, KnownFlag } from '../src/completion/known-command.ts';

const MODEL: KnownFlag = { spellings: ['--model', '-m'], multiple: false, takes: 'model' };
const command = (id: string, more: Partial<KnownCommand> = {}): KnownCommand => ({
  id,
  hidden: false,
  flags: [
    { spellings: ['--json'], multiple: false },
    MODEL,
    { spellings: ['--format'], multiple: false, takes: ['modelpack', 'modelcar'] },
    { spellings: ['--include'], multiple: true, takes: [] },
    { spellings: ['--store'], multiple: false, takes: [] },
  ],
  args: [],
  repeats: false,
  ...more,
});
const commands = [
  command('model list'),
  command('model path', { args: ['model'] }),
  command('model download', { args: ['model'], repeats: true }),
  command('config show'),
  command('config set', { args: ['setting', 'setting value'] }),
  command('model alias set', { args: ['alias', 'model'] }),
  command('engine install', { args: ['engine'] }),
  command('completion', { args: [['bash', 'zsh']] }),
  command('help', { args: ['command'], repeats: true }),
  command('complete', { hidden: true }),
];
const known: Readonly<Record<Exclude<Kind, 'command'>, readonly string[]>> = {
  model: ['quay.io/a/b:v1', 'hf.co/c/d:main'],
  alias: ['mine'],
  engine: ['llama-cpp', 'vllm'],
  runner: ['trl'],
  plugin: [],
  collection: ['handbook'],
  setting: ['chat.model', 'models.dir'],
  'setting value': ['true'],
};

let asked: { readonly kind: Kind; readonly where: Where }[] = [];
function complete(...words: string[]): Promise<readonly string[]> {
  asked = [];
  return candidates({
    words,
    commands,
    names(kind, where) {
      asked.push({ kind, where });
      return Promise.resolve(known[kind]);
    },
  });
}

describe('completion', () => {
  it('of commands, word by word, without the hidden', async () => {
    expect(await complete('')).toEqual(['completion', 'config', 'engine', 'help', 'model']);
    expect(await complete('mo')).toEqual(['model']);
    expect(await complete('model', '')).toEqual(['alias', 'download', 'list', 'path']);
    expect(await complete('help', 'model', 'a')).toEqual(['alias']);
  });

  it('of flags, but for those that were given and can’t be again', async () => {
    expect(await complete('model', 'list', '--')).toEqual(['--format', '--include', '--json', '--model', '--store']);
    expect(await complete('model', 'list', '-m', 'x', '--include', 'y', '--format=modelcar', '-')).toEqual(['--include', '--json', '--store']);
    expect(await complete('model', 'list', '')).toEqual([]);
  });

  it('of the words that a flag or an argument takes', async () => {
    expect(await complete('model', 'list', '--format', 'modelc')).toEqual(['modelcar']);
    expect(await complete('model', 'list', '--format=modelc')).toEqual(['--format=modelcar']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh']);
  });

  it('of models, by any spelling of a flag and where a command takes one', async () => {
    expect(await complete('model', 'list', '--model', '')).toEqual(['hf.co/c/d:main', 'quay.io/a/b:v1']);
    expect(await complete('model', 'list', '-m', 'h')).toEqual(['hf.co/c/d:main']);
    expect(await complete('model', 'list', '--model=h')).toEqual(['--model=hf.co/c/d:main']);
    expect(await complete('model', 'path', 'q')).toEqual(['quay.io/a/b:v1']);
  });

  it('of arguments by their place, whatever flags stand between', async () => {
    expect(await complete('model', 'path', 'x', '')).toEqual([]);
    expect(await complete('model', 'download', 'x', 'y', 'q')).toEqual(['quay.io/a/b:v1']);
    expect(await complete('model', 'alias', 'set', '')).toEqual(['mine']);
    expect(await complete('model', 'alias', 'set', '--format', 'modelcar', 'n', '--json', 'q')).toEqual(['quay.io/a/b:v1']);
    expect(await complete('config', 'set', '--json', 'models.offline', '')).toEqual(['true']);
    expect(asked).toEqual([{ kind: 'setting value', where: { typed: '', args: ['models.offline'], stores: [] } }]);
    expect(await complete('engine', 'install', 'v')).toEqual(['vllm']);
  });

  it('of what is in the models directory that is named', async () => {
    await complete('model', 'path', '--store', '/a', '--store=/b', 'q');
    expect(asked).toEqual([{ kind: 'model', where: { typed: 'q', args: [], stores: ['/a', '/b'] } }]);
    await complete('model', 'path', '--store', '');
    expect(asked).toEqual([]);
  });

  it('of nothing that is another program’s', async () => {
    expect(await complete('model', 'list', '--', '--mod')).toEqual([]);
  });

  it('never of a word that a shell would take for more', async () => {
    const hostile = ['$(id)', '`id`', 'a b', "a'b", 'a;b', 'a\u001b[2J', '#a', '~a', '-x', 'x\n', 'a\u202eb', 'a,b', 'ok:v1', 'größe'];
    const found = await candidates({ words: ['model', 'path', ''], commands, names: () => Promise.resolve(hostile) });
    expect(found).toEqual(['größe', 'ok:v1']);
  });
});
