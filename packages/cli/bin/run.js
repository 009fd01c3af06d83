#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const [first, ...rest] = process.argv.slice(2);

if ((first === '--version' || first === '-V') && rest.length === 0) {
  // Asked often by scripts, and answered without loading anything.
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  enableCompileCache();
  const { main } = await import('../dist/main.js');
  await main({ args: process.argv.slice(2), load: { root: fileURLToPath(new URL('..', import.meta.url)) } });
}
