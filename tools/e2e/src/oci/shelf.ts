import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Artifact, type Hub, startHub } from '@ilab/hub';
import { createIlab, type Ilab } from '@ilab/sdk';

/** What came of a download. */
export interface Brought {
  /** By path: what stands in the snapshot, but for what describes it. */
  readonly files: Readonly<Record<string, Buffer>>;
  readonly warnings: readonly string[];
  /** The snapshot's folder. */
  readonly folder: string;
  readonly revision: string;
}

/** A registry with artifacts on it, and the library with a store of its own. */
export interface Shelf {
  readonly hub: Hub;
  readonly ilab: Ilab;
  /** Has nothing in it but the home directory, and so nothing of a download either. */
  readonly root: string;
  readonly home: string;
  /** Downloads `shelf/<name>:v1`, and verifies every byte of it. */
  bring(name: string): Promise<Brought>;
  close(): Promise<void>;
}

/** @param artifacts by the last part of their repository's name, `v1` of it where no tag follows */
export async function stockShelf(artifacts: Readonly<Record<string, Artifact>>): Promise<Shelf> {
  const root = mkdtempSync(join(tmpdir(), 'ilab-shelf-'));
  const home = join(root, 'home');
  mkdirSync(home);
  const tagged = Object.entries(artifacts).map(([name, one]) => [`shelf/${name}${name.includes(':') ? '' : ':v1'}`, one] as const);
  const hub = await startHub({ models: [], artifacts: Object.fromEntries(tagged) });
  const warnings: string[] = [];
  const logger = { warn: (text: string) => void warnings.push(text), info() {}, debug() {} };
  const ilab = await createIlab({ home, cwd: home, env: {}, logger });
  return {
    hub,
    ilab,
    root,
    home,
    async bring(name) {
      const reference = `${hub.host}/shelf/${name}:v1`;
      warnings.length = 0;
      const { path, revision } = await ilab.models.download({ reference, include: ['**'] });
      const told = [...warnings];
      const { ok } = await ilab.models.verify({ references: [reference] });
      if (ok.length === 0) throw new Error(`${name} is not what was recorded of it`);
      // Of a model of one file, the path is the file's.
      const [folder = path] = /^.*\/@sha(?:256|512)-[0-9a-f]+/.exec(path) ?? [];
      return { files: readTree(folder), warnings: told, folder, revision };
    },
    async close() {
      await ilab.close();
      await hub.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function readTree(folder: string): Record<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^\.(?:metadata|lease)/.test(relative(folder, path)));
  return Object.fromEntries(files.sort().map((path) => [relative(folder, path), readFileSync(path)]));
}
