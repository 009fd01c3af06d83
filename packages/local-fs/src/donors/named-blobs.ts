import { join } from 'node:path';
import type { Donor } from '@ilab/core';
import { fileInside, isSha256, look } from '../inside.ts';

/** A tool that keeps bytes in files named by their sha256. */
export interface NamedBlobs {
  readonly tool: string;
  readonly mayLink: boolean;
  /** The directories of such files. */
  readonly directories: () => readonly string[];
  /** The name of a file, from the hex of its sha256. */
  readonly nameOf: (sha256: string) => string;
}

/** Looks names up, in one directory after the other. */
export function namedBlobs({ tool, mayLink, directories, nameOf }: NamedBlobs): Donor {
  return {
    async find({ sha256, size }) {
      if (!isSha256(sha256)) return undefined;
      for (const directory of directories()) {
        const path = fileInside(directory, join(directory, nameOf(sha256)), size);
        if (path !== undefined) return { path, tool, mayLink };
      }
      return undefined;
    },
  };
}

/** Ollama: `blobs/sha256-…`, written beside and renamed. */
export function ollamaDonor(models: readonly string[]): Donor {
  return namedBlobs({
    tool: 'Ollama',
    mayLink: true,
    directories: () => models.map((directory) => join(directory, 'blobs')),
    nameOf: (sha256) => `sha256-${sha256}`,
  });
}

/** The older `ilab`: an OCI layout per model. */
export function instructLabDonor(layouts: string): Donor {
  return namedBlobs({
    tool: 'InstructLab',
    mayLink: false,
    directories: () => look(layouts).map(({ name }) => join(layouts, name, 'blobs', 'sha256')),
    nameOf: (sha256) => sha256,
  });
}

/** Docker Model Runner: one store of blobs, some of them with further names in its bundles. */
export function dockerDonor(models: string): Donor {
  return namedBlobs({
    tool: 'Docker Model Runner',
    mayLink: false,
    directories: () => [join(models, 'blobs', 'sha256')],
    nameOf: (sha256) => sha256,
  });
}
