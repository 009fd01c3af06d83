import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Envelope, ilab } from './in-process.ts';

const NAME = 'ilab-plugin-acme';
const ENTRY = `
import { readFileSync, readdirSync } from 'node:fs';
const made = {
  async report({ flags, args, model }, { print, progress }) {
    progress('reading');
    const size = readFileSync(model.path + '/model.safetensors').length;
    print('\\u001b]0;stolen\\u0007' + args.TITLE);
    return { result: { flags, args, size, env: Object.keys(process.env).filter((name) => !/^(LANG|LC_ALL|TZ)$/.test(name)) }, exitCode: 1 };
  },
  async throws() { throw new TypeError('no'); },
  async refuses() { throw Object.defineProperty(Object.assign(new Error('Not this one.'), { code: 'E_USAGE' }), Symbol.for('@ilab/error'), { value: true }); },
  async exits() { process.exit(0); },
  async shape() { return { exitCode: 7 }; },
  async nothing() {},
  async floods(_, { print }) { for (;;) { print('x'.repeat(9000)); await new Promise((next) => setTimeout(next)); for (let n = 0; n < 400; n += 1) print('x'); } },
  async long(_, { print }) { print('x'.repeat(20000)); return {}; },
  async asks() { return { result: readdirSync('/') }; },
};
export default { $$type: '@ilab/plugin', apiVersion: 1, createCommand: (command) => ({ run: made[command.split(' ')[1]] }) };`;
const PLAIN = ['throws', 'refuses', 'exits', 'shape', 'nothing', 'floods', 'long', 'asks'];
const COMMANDS = [
  {
    command: 'acme report',
    entry: './index.js',
    summary: 'Reports on a model.',
    model: 'required',
    flags: { depth: { type: 'integer', summary: 'How deep.' }, style: { type: 'string', summary: 'How.', options: ['long', 'short'] } },
    args: [{ name: 'TITLE', summary: 'Its title.', required: true }],
  },
  ...PLAIN.map((word) => ({ command: `acme ${word}`, entry: './index.js', summary: 'Means no good.' })),
];

describe('commands that plugins declare', () => {
  let home: string;
  let env: Record<string, string>;
  let model: string;
  const run = (...args: readonly string[]) => ilab(args, env);
  const envelope = async (...args: readonly string[]): Promise<Envelope> => JSON.parse((await run(...args, '--json')).stdout) as Envelope;

  async function writePlugin(root: string, commands: readonly object[]): Promise<void> {
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'index.js'), ENTRY);
    const ilabBlock = { apiVersion: 1, commands };
    await writeFile(join(root, 'package.json'), JSON.stringify({ name: NAME, version: '1.0.0', type: 'module', oclif: {}, ilab: ilabBlock }));
  }

  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'ilab-commands-')));
    env = {
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      NO_COLOR: '1',
      SECRET: 's',
    };
    const data = join(home, 'data', 'ilab');
    await writePlugin(join(data, 'node_modules', NAME), COMMANDS);
    await writeFile(join(data, 'package.json'), JSON.stringify({ private: true, oclif: { schema: 1, plugins: [{ name: NAME, type: 'user', tag: '1.0.0' }] } }));
    const pin = { version: '1.0.0', resolved: 'file:acme.tgz', integrity: 'sha512-x' };
    await writeFile(join(data, 'package-lock.json'), JSON.stringify({ packages: { [`node_modules/${NAME}`]: pin } }));
    model = join(home, 'mine');
    await mkdir(model);
    const header = Buffer.from('{}      ');
    await writeFile(join(model, 'model.safetensors'), Buffer.concat([Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]), header]));
    await writeFile(join(model, 'config.json'), '{"model_type":"llama"}');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it.each(['9007199254740993', '-9007199254740993'])('get no number but the one that was typed: not %s', async (number) => {
    const { error } = await envelope('acme', 'report', 'Mine', '--model', model, `--depth=${number}`);
    expect(error).toMatchObject({ code: 'E_USAGE', message: expect.stringContaining(`received: ${number}`) });
    const { result } = await envelope('acme', 'report', 'Mine', '--model', model, '--depth', '9007199254740991');
    expect(result).toMatchObject({ flags: { depth: Number.MAX_SAFE_INTEGER } });
  });

  it('run with what was parsed and the model that was found, and see no more', async () => {
    const { ok, result } = await envelope('acme', 'report', 'Mine', '--model', model, '--depth', '3', '--style', 'short');
    expect({ ok, result }).toEqual({ ok: true, result: { flags: { depth: 3, style: 'short' }, args: { TITLE: 'Mine' }, size: 16, env: [] } });
  });

  it('write lines that steer no terminal, and end with a code of theirs', async () => {
    expect(await run('acme', 'report', 'Mine', '--model', model)).toEqual({ code: 1, stdout: '?]0;stolen?Mine\n', stderr: 'reading\n' });
  });

  it('give results that steer no terminal, and are the same', async () => {
    const title = 'a\u009b2Jb\u202ec';
    const { stdout } = await run('acme', 'report', title, '--model', model, '--json');
    expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]/);
    expect(JSON.parse(stdout)).toMatchObject({ result: { args: { TITLE: title } } });
  });

  it.each([
    [['acme', 'report', 'Mine'], /model/],
    [['acme', 'report', 'Mine', '--model', 'x', '--depth', 'deep'], /integer/i],
    [['acme', 'report', 'Mine', '--model', 'x', '--style', 'odd'], /long, short/],
  ])('are refused by the host’s parser: %j', async (args, says) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  it.each([
    ['throws', /TypeError: no/],
    ['exits', /exit code 0/],
    ['shape', /not how a command ends/],
    ['nothing', /not how a command ends/],
    ['floods', /floods the host/],
    ['long', /no line of text/],
    ['asks', /ERR_ACCESS_DENIED|restricted/],
  ])('are named where one %s', async (word, says) => {
    const { error } = await envelope('acme', word);
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', message: expect.stringContaining(`${NAME} 1.0.0`) });
    expect(error?.message).toMatch(says);
  });

  it('may refuse with a code of the list', async () => {
    expect((await envelope('acme', 'refuses')).error).toMatchObject({ code: 'E_USAGE', message: 'Not this one.' });
  });

  it('are in help, in completion, in the list of plugins and among the nearest names', async () => {
    expect((await run('acme', 'report', '--help')).stdout).toMatch(/Reports on a model\..*--style/s);
    expect((await run('--help')).stdout).toContain('acme');
    expect((await run('complete', 'acme', 're')).stdout).toBe('refuses\nreport\n');
    expect((await run('complete', 'acme', 'report', '--style', '')).stdout).toBe('long\nshort\n');
    expect((await envelope('plugins', 'list')).result).toMatchObject([{ brings: COMMANDS.map(({ command }) => command) }]);
    for (const words of [['acme', 'reprot'], ['report']]) expect((await run(...words)).stderr).toContain('Did you mean: ilab acme report?');
    expect((await run('other', 'audit')).stderr).toMatch(/There is no command “other audit”\.\n.*ilab plugins list/);
  });

  it.each(['model report', 'config x', 'help me', 'plugins x'])('can’t begin with a word of ilab’s own: %s', async (command) => {
    const root = join(home, 'linked');
    await writePlugin(root, [{ command, entry: './index.js', summary: 'Takes over.' }]);
    const { error } = await envelope('plugins', 'link', root);
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', message: expect.stringContaining('ilab itself') });
  });
});
