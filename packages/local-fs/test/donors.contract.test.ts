import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Donor } from '@ilab/core';
import { donorContract } from '@ilab/testkit';
import { describe } from 'vitest';
import { createDonors } from '../src/index.ts';
import { temporaryDirectory } from './temporary-store.ts';

const COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Where each tool has its files, and how it puts one there. */
const TOOLS: Readonly<Record<string, { readonly at: string; readonly put: (directory: string, content: string) => string }>> = {
  'Hugging Face': {
    at: '.cache/huggingface/hub',
    put: (cache, content) => write(join(cache, 'models--org--name', 'blobs', sha256(content)), content),
  },
  'Hugging Face, with the blob store that repositories share': {
    at: '.cache/huggingface/hub',
    put(cache, content) {
      // A repository's blob is a link; the store's file is named by another hash.
      const name = sha256(`xet ${content}`);
      const path = write(join(cache, 'blobs', name.slice(0, 2), name), content);
      const blob = join(cache, 'models--org--name', 'blobs', sha256(content));
      mkdirSync(dirname(blob), { recursive: true });
      symlinkSync(join('..', '..', 'blobs', name.slice(0, 2), name), blob);
      return path;
    },
  },
  'Hugging Face, without links': {
    at: '.cache/huggingface/hub',
    put(cache, content) {
      const repository = join(cache, 'models--org--name');
      const path = `sub/${content.length}.gguf`;
      const tree = { format_version: 1, files: { [path]: { size: content.length, blob_id: 'x', lfs_sha256: sha256(content), lfs_size: content.length } } };
      const commit = `${content.length}`.padEnd(COMMIT.length, COMMIT).slice(0, COMMIT.length);
      write(join(repository, 'trees', `${commit}.json`), JSON.stringify(tree));
      return write(join(repository, 'snapshots', commit, path), content);
    },
  },
  Ollama: { at: '.ollama/models', put: (models, content) => write(join(models, 'blobs', `sha256-${sha256(content)}`), content) },
  InstructLab: {
    at: '.cache/instructlab/oci',
    put: (layouts, content) => write(join(layouts, `model-${content.length}`, 'blobs', 'sha256', sha256(content)), content),
  },
  'Docker Model Runner': { at: '.docker/models', put: (models, content) => write(join(models, 'blobs', 'sha256', sha256(content)), content) },
  'LM Studio': { at: '.lmstudio/models', put: (models, content) => write(join(models, 'publisher', 'model', `${sha256(content).slice(0, 8)}.gguf`), content) },
};

describe.each(Object.entries(TOOLS))('%s', (_tool, { at, put }) => {
  donorContract(() => {
    const home = temporaryDirectory();
    const directory = join(home, at);
    return { donor: firstOf(createDonors({ env: {}, home })), directory, put: (content) => put(directory, content) };
  });
});

/** All of them, as a download asks them. */
function firstOf(donors: readonly Donor[]): Donor {
  return {
    async find(file, options) {
      for (const donor of donors) {
        const found = await donor.find(file, options);
        if (found) return found;
      }
      return undefined;
    },
  };
}
