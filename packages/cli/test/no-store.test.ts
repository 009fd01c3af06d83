import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ilab, ilabJson } from './in-process.ts';

/** A home with a file that somebody takes for a models directory, and a model outside it. */
function home() {
  const path = mkdtempSync(join(tmpdir(), 'ilab-no-store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const name of ['file', 'model.gguf']) writeFileSync(join(path, name), 'GGUF');
  return { path, env: { HOME: path, XDG_CONFIG_HOME: '', XDG_DATA_HOME: '' } };
}

/** Each with the first thing that it does with a store; those that fetch are offline, and say so last. */
const COMMANDS = [
  ['overview'],
  ['model', 'list'],
  ['model', 'path', 'granite'],
  ['model', 'inspect', 'granite'],
  ['model', 'verify', '--all'],
  ['model', 'prune', '--yes'],
  ['model', 'remove', 'granite', '--yes'],
  ['model', 'download', 'acme/model', '--offline'],
  ['model', 'import', 'model.gguf'],
  ['model', 'load', 'model.gguf'],
  ['model', 'save', 'granite', '--output', 'saved.tar'],
  ['model', 'convert', '--model', 'granite'],
  ['model', 'chat', '--model', 'granite', 'Hello'],
  ['model', 'serve', '--model', 'granite'],
  ['store', 'move', 'elsewhere'],
];

describe('--store with a file in place of a directory', () => {
  it.each(COMMANDS.map((args) => [args.join(' '), args] as const))('%s', async (_line, args) => {
    const { path, env } = home();
    const placed = args.map((word) => (word === 'model.gguf' ? join(path, word) : word));
    const { ok, error } = await ilabJson([...placed, '--store', join(path, 'file')], env);
    expect({ ok, error }).toMatchObject({
      ok: false,
      error: { code: 'E_STORE', message: `${join(path, 'file')} can’t be the models directory: it is a file.`, hint: expect.stringContaining('--store') },
    });
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('GGUF');
  });

  it('is in nobody’s way who needs no store', async () => {
    const { path, env } = home();
    expect(await ilab(['model', 'parse', 'acme/model', '--store', join(path, 'file')], env)).toMatchObject({ code: 0 });
    expect(await ilab(['store', 'path', '--store', join(path, 'file')], env)).toMatchObject({ code: 0 });
  });
});
