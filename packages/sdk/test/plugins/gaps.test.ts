import { mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullLogger } from '@ilab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runApart } from '../../src/plugins/apart/run-apart.ts';

/** What Node's permission model lets through in one version or another, each tried by a plugin. `file` is one that it may read, `other` one that it may not. */
const WAYS: Readonly<Record<string, string>> = {
  'signals its host': 'process.kill(process.ppid, 0)',
  'signals its host by what is under that': 'process._kill(process.ppid, 0)',
  'opens the debugger of its host': 'process._debugProcess(process.ppid)',
  'slows its host down': '(await import("node:os")).setPriority(process.ppid, 1)',
  'changes the mode of a file that it reads': 'await (await open(file)).chmod(0o777)',
  'changes the times of a file that it reads': 'await (await open(file)).utimes(1, 1)',
  'changes the owner of a file that it reads': 'await (await open(file)).chown(process.getuid?.() ?? 0, process.getgid?.() ?? 0)',
  'changes a file by its number': 'fs.futimesSync(fs.openSync(file), 1, 1)',
  'reads a database': 'new (await import("node:sqlite")).DatabaseSync(other)',
  'reads a database by require': 'new (createRequire(import.meta.url)("node:sqlite").DatabaseSync)(other)',
  'reads a database that nobody imported': 'new (process.getBuiltinModule("node:sqlite").DatabaseSync)(other)',
  'writes a database into a file that is new': 'new (await import("node:sqlite")).DatabaseSync(file + ".new").exec("create table t (x)")',
  'has V8 write': '(await import("node:v8")).setFlagsFromString("--redirect-code-traces-to=" + file + ".new")',
  'has V8 dump its memory': '(await import("node:v8")).setHeapSnapshotNearHeapLimit(1)',
  traces: '(await import("node:trace_events")).createTracing({ categories: ["node"] }).enable()',
};

/** What it only lets through in older ones. */
const WAYS_BEFORE_25: typeof WAYS = {
  'connects by itself': 'await new Promise((connected, stop) => createConnection(9, "127.0.0.1", connected).once("error", stop))',
};
const ALL = { ...WAYS, ...(Number.parseInt(process.versions.node, 10) >= 25 && WAYS_BEFORE_25) };

const ENTRY = `
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
const ways = {${Object.entries(ALL)
  .map(([way, code]) => `${JSON.stringify(way)}: async ({ file, other }) => { ${code}; }`)
  .join(',\n')}};
const tried = async ({ args: { WAY }, model }) => {
  try { await ways[WAY]({ file: model.path, other: model.path + '.other' }); return 'done'; } catch (error) { return error.code ?? String(error); }
};
export default { $$type: '@ilab/plugin', apiVersion: 1, createCommand: () => ({ run: async (request) => ({ result: await tried(request) }) }) };`;

describe('a plugin in a process of its own', () => {
  let root: string;
  let folder: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'ilab-gaps-')));
    folder = await realpath(await mkdtemp(join(tmpdir(), 'ilab-gaps-model-')));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    await writeFile(join(root, 'index.js'), ENTRY);
    for (const name of ['model.gguf', 'model.gguf.other']) await writeFile(join(folder, name), '');
  });
  afterAll(async () => {
    for (const one of [root, folder]) await rm(one, { recursive: true, force: true });
  });

  const stateOf = async (): Promise<readonly unknown[]> => {
    const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
    return Promise.all(paths.map(async (path) => [path, (({ mode, mtimeMs, ctimeMs, size }) => ({ mode, mtimeMs, ctimeMs, size }))(await stat(path))]));
  };

  it.each(Object.keys(ALL))('is refused where it %s', async (way) => {
    const before = await stateOf();
    const plugin = { name: 'ilab-plugin-acme', version: '1.0.0', root, manifest: {}, type: 'user' } as const;
    const { result } = await runApart({
      plugin,
      manifest: { command: 'acme try', entry: './index.js', summary: 'Tries it.' },
      request: { flags: {}, args: { WAY: way }, model: { reference: 'x', path: join(folder, 'model.gguf'), format: 'gguf' } },
      logger: nullLogger,
      print: () => undefined,
      told: () => undefined,
      signal: new AbortController().signal,
    });
    expect(result).toBe('ERR_ACCESS_DENIED');
    expect(await stateOf()).toEqual(before);
    expect((await readdir(root)).sort()).toEqual(['index.js', 'package.json']);
  });
});
