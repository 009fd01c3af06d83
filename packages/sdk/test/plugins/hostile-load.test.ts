import { symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Hostile, hostile, NAME, SHORT } from './hostile-plugin.ts';

/** For what takes a busy machine a while. */
const LONG = { quiet: 25_000, pulse: 25_000 };

const CASES: readonly (readonly [string, Hostile, RegExp])[] = [
  ['throws', { entry: 'throw new Error("no")' }, /no/],
  ['throws what is no error', { entry: 'throw 7' }, /7/],
  ['throws an error without a text', { entry: 'throw Object.create(null)' }, /can’t be used/],
  ['is no JavaScript', { entry: 'export default {' }, /SyntaxError/],
  ['ends its process', { entry: 'process.exit(0)' }, /exit code 0/],
  ['opens our debugger', { entry: 'process.kill(process.ppid, "SIGUSR1")' }, /can’t do that/],
  ['aborts', { entry: 'process.abort()' }, /ended/],
  ['fails later', { entry: 'setTimeout(() => { throw new Error("later") }); await new Promise(() => setInterval(() => {}, 1000))' }, /exit code/],
  ['loops', { entry: 'for (;;) {}', patience: SHORT }, /within|no sign of life/],
  ['waits for nothing', { entry: 'setInterval(() => {}, 1000); await new Promise(() => {})', patience: SHORT }, /did not answer/],
  ['takes all memory', { entry: 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length))', patience: LONG }, /ended/],
  ['exports nothing', { entry: 'export const a = 1' }, /exports no plugin/],
  ['exports something else', { entry: 'export default { createRegistry() {} }' }, /exports no plugin/],
  ['is of tomorrow', { entry: 'export default { $$type: "@ilab/plugin", apiVersion: 2 }' }, /plugin API 2, and this ilab has 1: update ilab/],
  ['is of yesterday', { entry: 'export default { $$type: "@ilab/plugin", apiVersion: 0 }' }, /plugin API 0, and this ilab has 1: take a newer version/],
  ['makes no registry', { entry: 'export default { $$type: "@ilab/plugin", apiVersion: 1 }' }, /makes no registry/],
  ['makes a promise', { entry: 'export default { $$type: "@ilab/plugin", apiVersion: 1, createRegistry: async () => ({}) }' }, /made no registry/],
  ['fails to make one', { entry: 'export default { $$type: "@ilab/plugin", apiVersion: 1, createRegistry() { throw new TypeError("x") } }' }, /TypeError: x/],
  ['makes that of another source', { registry: 'source: "hf",' }, /no registry of the source “hostile”/],
  ['has no resolve', { registry: 'resolve: 1,' }, /disagree/],
  ['says that it can what it can’t', { registry: 'capabilities: { versions: true },' }, /disagree/],
  ['says nothing of what it can', { registry: 'capabilities: null,' }, /disagree/],
  ['traps its own capabilities', { registry: 'get capabilities() { throw new Error("trap") },' }, /trap/],
  ['reads the disk', { head: 'import { readFileSync } from "node:fs"; readFileSync("/etc/passwd");' }, /ERR_ACCESS_DENIED|restricted/],
  ['reads the user’s files', { head: `import { readdirSync } from "node:fs"; readdirSync(${JSON.stringify(tmpdir())});` }, /ERR_ACCESS_DENIED|restricted/],
  [
    'writes beside itself',
    { head: 'import { writeFileSync } from "node:fs"; writeFileSync(new URL("x", import.meta.url), "x");' },
    /ERR_ACCESS_DENIED|restricted/,
  ],
  ['starts a program', { head: 'import { execFileSync } from "node:child_process"; execFileSync("id");' }, /ERR_ACCESS_DENIED|restricted/],
  ['starts a thread', { head: 'import { Worker } from "node:worker_threads"; new Worker("", { eval: true });' }, /ERR_ACCESS_DENIED|restricted/],
  ['loads native code', { head: 'process.dlopen({ exports: {} }, "/x.node");' }, /can’t be used/],
  ['looks for secrets', { head: 'throw new Error(JSON.stringify(Object.keys(process.env).filter((name) => !/^(LANG|LC_ALL|TZ)$/.test(name))));' }, /\[\]/],
  ['is not there', { files: async () => undefined }, /ENOENT/],
  ['is a link out of its package', { files: (root) => symlink('/etc/hostname', join(root, 'index.js')) }, /leads out of the package/],
  ['is a link to a folder outside', { files: (root) => symlink(tmpdir(), join(root, 'lib')), manifest: { entry: './lib/index.js' } }, /ENOENT|leads out/],
  [
    'imports what lies outside',
    {
      files: async (root) => {
        await writeFile(join(root, '..', 'other.mjs'), 'export default 1');
        await writeFile(join(root, 'index.js'), 'import x from "../other.mjs"; export default x');
      },
    },
    /ERR_ACCESS_DENIED|restricted/,
  ],
];

describe('a plugin whose module', () => {
  it.each(CASES)('%s is named, and ends nothing else', async (_what, given, says) => {
    await using opened = await hostile(given);
    const error = await opened.registry().then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringContaining(`${NAME} 1.0.0`) });
    expect(String(error)).toMatch(says);
  });
});
