// Bundles the command line: start-up is mostly the reading of files, and one has few where many packages have hundreds.
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Config } from '@oclif/core';

const root = fileURLToPath(new URL('.', import.meta.url));

await rm(`${root}dist`, { recursive: true, force: true });
await rm(`${root}oclif.manifest.json`, { force: true });
const common = {
  absWorkingDir: root,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  conditions: ['@ilab/source'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Packages that are CommonJS ask for Node's own modules with require.
  banner: { js: "import { createRequire as ilabRequire } from 'node:module'; const require = ilabRequire(import.meta.url);" },
  logLevel: 'warning',
};
await build({ ...common, entryPoints: [{ in: 'src/main.ts', out: 'main' }, 'src/commands/**/*.ts'] });
// Each in one file: what they shared with commands would be files of its own, and every file takes a command a millisecond to start.
await build({
  ...common,
  splitting: false,
  entryPoints: [
    { in: 'src/completion/complete.ts', out: 'complete' },
    { in: '../transfer/src/thread/file-worker.ts', out: 'file-worker' },
    { in: '../local-fs/src/verify/verify-worker.ts', out: 'verify-worker' },
    { in: '../sdk/src/plugins/apart/child/main.ts', out: 'plugin-child' },
  ],
});

const config = await Config.load({ root, ignoreManifest: true });
const own = config.plugins.get(config.pjson.name);
if (!own || own.commands.length === 0) throw new Error('no commands were found in dist');
// oclif has them in the order in which the disk lists files, and what is published is to be the same from every disk.
const commands = Object.fromEntries(Object.entries(own.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(`${root}oclif.manifest.json`, `${JSON.stringify({ ...own.manifest, commands }, null, 2)}\n`);
