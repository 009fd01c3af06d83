import { describe, expect, it } from 'vitest';
import { ilab, ilabJson } from './in-process.ts';

/** Command lines that can't be read: what was wrong with them, and where to look. */
describe('a command line', () => {
  it.each<[string, string, string]>([
    ['model list --no-such', 'There is no flag --no-such here.', 'See: ilab model list --help'],
    ['model list -x', 'There is no flag -x here.', 'See: ilab model list --help'],
    ['model path a b', '“b” is one word too many.', 'See: ilab model path --help'],
    ['config set', 'KEY and VALUE are missing.', 'KEY: Its key, as chat.model. VALUE: As it would be written in the file. See: ilab config set --help'],
    ['completion', 'SHELL is missing.', 'SHELL: Your shell: bash, zsh, fish, powershell. See: ilab completion --help'],
    [
      'engine install',
      'ENGINE is missing.',
      'ENGINE: A name of `ilab engine list`, or a plugin: its folder, archive or package. See: ilab engine install --help',
    ],
    ['model upload --model x', '--destination is missing.', 'See: ilab model upload --help'],
    ['model prune --keep -1', '--keep: Expected an integer greater than or equal to 0 but received: -1.', 'See: ilab model prune --help'],
    ['model --json', '“model” is no command: a word is missing.', 'See: ilab model --help'],
    ['model alias --json', '“model alias” is no command: a word is missing.', 'See: ilab model alias --help'],
  ])('ilab %s', async (line, message, hint) => {
    const { error } = await ilabJson(
      line.split(' ').filter((word) => word !== '--json'),
      {},
    );
    expect(error).toEqual({ code: 'E_USAGE', message, hint });
  });

  it.each<[string, string, string]>([
    ['model download a/b --dry-rn', '--dry-rn', 'ilab model download a/b --dry-run --json'],
    ['model list --srot=size', '--srot', 'ilab model list --sort=size --json'],
    ['serve --prot=1', '--prot', 'ilab model serve --port=1 --json'],
  ])('ilab %s: with the flag that was perhaps meant', async (line, typed, command) => {
    const { error } = await ilabJson(line.split(' '), {});
    expect(error).toMatchObject({ code: 'E_USAGE', message: `There is no flag ${typed} here.`, details: { typed, command } });
    expect(error?.hint).toMatch(/^Did you mean --[a-z-]+\? See: ilab model /);
  });

  it('says no value that was given to a flag that there is not', async () => {
    const { code, stdout, stderr } = await ilab(['login', 'quay.io', '--passwrd=tamarind'], {});
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('There is no flag --passwrd here.')]);
    expect(stderr).not.toContain('tamarind');
  });

  it('that names a topic alone explains it, to people', async () => {
    expect(await ilab(['model', 'alias'], {})).toMatchObject({ code: 0, stdout: expect.stringContaining('model alias set') });
  });
});
