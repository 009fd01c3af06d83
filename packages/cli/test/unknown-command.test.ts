import { describe, expect, it } from 'vitest';
import { unknownCommand } from '../src/unknown-command.ts';

const offered = [
  'acme:report',
  'doctor',
  'model:chat',
  'model:download',
  'model:list',
  'model:load',
  'model:prune',
  'model:secret',
  'plugins:install',
  'plugins:uninstall',
  'runner:install',
  'store:move',
];

function told(words: string) {
  const config = { plugins: new Map(), commands: offered.map((id) => ({ id, hidden: id === 'model:secret' })) as never };
  return unknownCommand(new Error(`Command ${words.replaceAll(' ', ':')} not found.`), { config, words: [...words.split(' '), '--json'] });
}

describe('a command that there is not', () => {
  it.each<[string, string, string | undefined]>([
    ['model lst', 'model lst', 'model list'],
    ['model dowload', 'model dowload', 'model download'],
    // With its argument it has the name of another command in it.
    ['model dowload ilab/demo', 'model dowload', 'model download'],
    // An argument that is called as a verb is none.
    ['model dowload list', 'model dowload', 'model download'],
    ['model frobnicate list', 'model frobnicate list', undefined],
    ['model report', 'model report', 'acme report'],
    ['model report ilab/demo', 'model report', 'acme report'],
    ['list', 'list', 'model list'],
    ['lst ilab/demo', 'lst', 'model list'],
    ['reprot', 'reprot', 'acme report'],
    ['modle list', 'modle list', 'model list'],
    ['model frobnicate ilab/demo', 'model frobnicate ilab/demo', undefined],
    ['plugins remove shelf', 'plugins remove', 'plugins uninstall'],
    ['plugins update', 'plugins update', 'plugins install'],
    ['pull ilab/demo', 'pull', 'model download'],
    ['model gc', 'model gc', 'model prune'],
    ['model ls', 'model ls', 'model list'],
    ['run ilab/demo', 'run', 'model chat'],
    ['store show', 'store show', undefined],
    ['model secrte', 'model secrte', undefined],
    ['acme', 'acme', undefined],
  ])('%s', (words, typed, near) => {
    const error = told(words);
    expect(error).toMatchObject({ code: 'E_USAGE', message: `There is no command “${typed}”.` });
    expect(/Did you mean: ilab ([\w ]+)\?/.exec(error?.hint ?? '')?.[1]).toBe(near);
  });

  it('is told for programs, too, with the whole command to run', () => {
    expect(told('modle list')?.details).toEqual({ typed: 'modle list', nearest: ['model list'], command: 'ilab model list --json' });
    expect(told('model frobnicate')?.details).toBeUndefined();
  });

  it.each([
    ['doctor now', '“now” is one word too many: ilab doctor takes flags only.', 'See: ilab doctor --help'],
    ['model list granite extra', '“granite” is one word too many: ilab model list takes flags only.', 'See: ilab model list --help'],
  ])('is none where words follow one that takes none: %s', (words, message, hint) => {
    expect(told(words)).toMatchObject({ code: 'E_USAGE', message, hint });
  });
});
