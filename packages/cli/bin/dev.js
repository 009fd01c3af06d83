#!/usr/bin/env node
// Runs the sources of a checkout: node --conditions=@ilab/source packages/cli/bin/dev.js
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settings } from '@oclif/core/settings';
import { main } from '../src/main.ts';

// It knows TypeScript 5 only; Node strips the types itself.
settings.enableAutoTranspile = false;

const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8').replaceAll('./dist/', './src/'));
await main({ args: process.argv.slice(2), load: { root, pjson, ignoreManifest: true } });
