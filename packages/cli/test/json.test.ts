import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '@oclif/core/config';
import { afterAll, expect, it } from 'vitest';
import { ilab, load } from './in-process.ts';

/** What programs get of every command: one document, also where nothing of the command line was understood. */
const home = mkdtempSync(join(tmpdir(), 'ilab-json-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, ILAB_OFFLINE: '1' };

/** Their output is for shells and for people. */
const OTHERS = ['help', 'complete', 'completion'];

const { commands } = await Config.load(load);
const ids = commands.map(({ id }) => id).filter((id) => !OTHERS.includes(id));

it('has enough commands', () => expect(ids.length).toBeGreaterThan(45));

it.each([...ids.map((id) => id.replaceAll(':', ' ')), 'nonsense', 'model nonsense'])('ilab %s --no-such-flag --json', async (words) => {
  const { code, stdout, stderr } = await ilab([...words.split(' '), '--no-such-flag', '--json'], env);
  expect(code, stdout + stderr).toBe(2);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    error: expect.objectContaining({ code: 'E_USAGE', message: expect.any(String), hint: expect.any(String) }),
    warnings: expect.any(Array),
  });
});

it.each([['chat'], ['--config', join(home, 'none.yaml'), 'model', 'list'], ['model', 'list', '--list-checkpoints']])(
  '%j carries its warning',
  async (...words) => {
    const { stdout, stderr } = await ilab([...words, '--json'], env);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).warnings).toEqual([expect.stringMatching(/is deprecated, and gone in 2\.0\.0/)]);
  },
);
