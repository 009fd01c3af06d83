#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [first, ...rest] = process.argv.slice(2);

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `ilab needs Node 22.19 or newer, and this is ${process.version}.\n  Install a newer one, and ilab with it: npm install --global @ilab/cli\n`,
  );
  process.exitCode = 2;
} else if ((first === '--version' || first === '-V') && rest.length === 0) {
  // Asked often by scripts, and answered without loading anything.
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  module.enableCompileCache();
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (!(first === 'complete' && (await isCompleted(rest, root)))) {
    const { main } = await import('../dist/main.js');
    await main({ args: process.argv.slice(2), load: { root } });
  }
}

/** Asked at every Tab. */
async function isCompleted(words, root) {
  const { complete } = await import('../dist/complete.js');
  return complete(words, root);
}
