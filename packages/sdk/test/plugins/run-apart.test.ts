import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullLogger } from '@ilab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandOutcome, runApart } from '../../src/plugins/apart/run-apart.ts';
import { PATIENCE, type Patience } from '../../src/plugins/apart/watch.ts';
import { checkManifest } from '../../src/plugins/check-manifest.ts';
import { SHORT } from './hostile-plugin.ts';

const ENTRY = `
import { readdirSync } from 'node:fs';
const sleep = (ms) => new Promise((next) => setTimeout(next, ms));
const runs = {
  loops() { for (;;) {} },
  async waits() { setInterval(() => {}, 1000); await new Promise(() => {}); },
  async works(_, { progress }) { for (let n = 0; n < 22; n += 1) { progress('step ' + n); await sleep(100); } return { result: 'done' }; },
  async stops(_, { signal, print }) { print('on'); await new Promise((next) => signal.addEventListener('abort', next)); print('tidied'); return {}; },
  async answers() { return { result: { weights: new Uint8Array(8) } }; },
  async complains() { throw new Error('x'.repeat(9000)); },
  async looks({ model }) { return { result: readdirSync(model.path) }; },
  async tells(_, { signal, print }) { print(String(process.pid)); await new Promise((next) => signal.addEventListener('abort', next)); return {}; },
  async stays(_, { print }) { print('on'); for (;;) { await sleep(50); print('still'); } },
};
export default { $$type: '@ilab/plugin', apiVersion: 1, createCommand: (command) => ({ run: runs[command.split(' ')[1]] }) };`;

/** Less than the longest command of these takes, and more than a process takes to start. */
const LITTLE: Patience = { quiet: 2000, pulse: 2000 };

describe('a command in a process of its own', () => {
  let root: string;
  let outside: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ilab-run-apart-'));
    outside = await mkdtemp(join(tmpdir(), 'ilab-run-apart-model-'));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    await writeFile(join(root, 'index.js'), ENTRY);
    await mkdir(join(outside, 'model'));
    await writeFile(join(outside, 'model', 'config.json'), '{}');
    await symlink(join(outside, 'model'), join(root, 'link'), 'junction');
  });
  afterAll(async () => {
    for (const one of [root, outside]) await rm(one, { recursive: true, force: true });
  });

  const nobody = (_line: string): void => undefined;
  function run(word: string, { signal = new AbortController().signal, print = nobody, told = nobody, patience = PATIENCE } = {}): Promise<CommandOutcome> {
    const plugin = { name: 'ilab-plugin-acme', version: '1.0.0', root, manifest: {}, type: 'user' } as const;
    const model = word === 'looks' ? { reference: 'x', path: join(root, 'link'), format: 'safetensors' as const } : undefined;
    const manifest = { command: `acme ${word}`, entry: './index.js', summary: 'Does it.' };
    return runApart({ plugin, manifest, request: { flags: {}, args: {}, ...(model && { model }) }, logger: nullLogger, print, told, signal, patience });
  }

  it.each([
    ['loops', /no sign of life|within/, SHORT],
    ['waits', /did not answer/, SHORT],
    ['answers', /not how a command ends/, PATIENCE],
    ['complains', /^.{1500,2500}$/, PATIENCE],
  ])('is ended where it %s', async (word, says, patience) => {
    await expect(run(word, { patience })).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringMatching(says) });
  });

  it('may take longer than patience lasts while it tells what it does', async () => {
    expect(await run('works', { patience: LITTLE })).toEqual({ result: 'done', exitCode: 0 });
  });

  it('is not blamed for the time in which we stood still', async () => {
    let isFirst = true;
    const standStill = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.2 * LITTLE.quiet);
    const told = (): void => {
      // Right before timers are looked at, when what came meanwhile has not been read.
      if (isFirst) setImmediate(standStill);
      isFirst = false;
    };
    expect(await run('works', { told, patience: LITTLE })).toEqual({ result: 'done', exitCode: 0 });
  });

  it('reads the model that a link leads to', async () => {
    expect(await run('looks')).toEqual({ result: ['config.json'], exitCode: 0 });
  });

  it('has its last steps after Ctrl-C', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const print = (line: string): void => {
      lines.push(line);
      controller.abort();
    };
    await run('stops', { signal: controller.signal, print });
    expect(lines).toEqual(['on', 'tidied']);
  });

  it.runIf(process.platform === 'linux')('has a session of its own, without our terminal', async () => {
    const told = Promise.withResolvers<string>();
    const controller = new AbortController();
    const running = run('tells', { print: told.resolve, signal: controller.signal });
    const pid = await told.promise;
    const [, , , session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
    controller.abort();
    await running;
    expect(session).toBe(pid);
  });

  it('is ended where it ignores Ctrl-C', async () => {
    const controller = new AbortController();
    await expect(run('stays', { signal: controller.signal, print: () => controller.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

const TITLE = { name: 'TITLE', summary: 'Its title.' };

describe('the metadata of a command', () => {
  const good = { command: 'acme report', entry: './index.js', summary: 'Reports.' };
  const state = (command: object): string => checkManifest({ manifest: { apiVersion: 1, commands: [command] } }).state;

  it.each([
    { command: 'acme' },
    { command: 'acme Report' },
    { command: '../x y' },
    { entry: '../x.js' },
    { summary: '\u001b[2J' },
    { summary: '<%= process.exit() %>' },
    { model: true },
    { flags: [] },
    { flags: { model: { type: 'string', summary: 'Mine.' } } },
    { flags: { json: { type: 'boolean', summary: 'Mine.' } } },
    { flags: { depth: { type: 'date', summary: 'Mine.' } } },
    { flags: { depth: { type: 'string', summary: 'Mine.', options: ['\n'] } } },
    { args: [{ name: 'title', summary: 'Its title.' }] },
    { args: 'TITLE' },
    { args: [TITLE, TITLE] },
    { args: [TITLE, { ...TITLE, name: 'END', required: true }] },
  ])('is refused with %j', (part) => {
    expect(state(good)).toBe('valid');
    expect(state({ ...good, ...part })).toBe('invalid');
  });
});
