import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CodeFile, codeByName } from '@ilab/core/adapter';
import { codeByContent, codeInConfig, HEAD_LENGTH, isConfig } from '@ilab/formats';
import { readSmallJson } from './model-files.ts';

/** How deep models nest their files, and how many there can be; beyond that a directory is not one model’s. */
const MAX_DEPTH = 8;
const MAX_FILES = 20_000;

/** Files below a directory, or the one at a path, that run code when they are loaded. What starts with a dot is no model’s. */
export function findCode(path: string): readonly CodeFile[] {
  if (!statSync(path).isDirectory()) {
    const why = codeByContent(headOf(path));
    return why === undefined ? [] : [{ file: basename(path), why }];
  }
  return [...filesBelow(path)].sort().flatMap((file) => {
    const why = whyOf(join(path, file), file);
    return why === undefined ? [] : [{ file, why }];
  });
}

function whyOf(path: string, file: string): string | undefined {
  if (isConfig(file)) return codeInConfig(readSmallJson(path));
  return codeByContent(headOf(path)) ?? codeByName(file);
}

function* filesBelow(root: string): Generator<string> {
  const open: { readonly below: string; readonly depth: number }[] = [{ below: '', depth: 0 }];
  let count = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const { below, depth } = folder;
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || ++count > MAX_FILES) continue;
      const file = below === '' ? entry.name : `${below}/${entry.name}`;
      // Files may be links, as in other tools' caches; a folder that is one leads out, or round and round.
      if (entry.isDirectory() && depth < MAX_DEPTH) open.push({ below: file, depth: depth + 1 });
      else if (statSync(join(root, file), { throwIfNoEntry: false })?.isFile()) yield file;
    }
  }
}

function headOf(path: string): Uint8Array {
  const head = Buffer.alloc(HEAD_LENGTH);
  const file = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(file, head, 0, HEAD_LENGTH, 0));
  } finally {
    closeSync(file);
  }
}
