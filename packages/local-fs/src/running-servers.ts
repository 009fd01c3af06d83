import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer, Servers } from '@ilab/core';
import { isElsewhere, isOwner, isRunning, newOwner } from './process-identity.ts';

const ENDING = '.json';
/** In bytes: a thousand models with long names. */
const LARGEST = 1024 * 1024;

/** Records of servers in a folder, one file each. A file is called like its holder, so that a dead one's is known without reading it. */
export function createServers(folder: string): Servers {
  return {
    async announce(server) {
      const path = join(folder, `${newOwner()}${ENDING}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path, `${JSON.stringify(server)}\n`, { flag: 'wx', mode: 0o600 });
      } catch {
        // Nobody finds it, and it serves all the same.
      }
      return { end: () => rm(path, { force: true }).catch(() => undefined) };
    },
    async list() {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(names.map((name) => read(folder, name)));
      return found.filter((server) => server !== undefined).sort((a, b) => b.since.localeCompare(a.since));
    },
  };
}

/** A dead one's goes; one of another machine, in a home that several share, is left to that. */
async function read(folder: string, name: string): Promise<RunningServer | undefined> {
  const owner = name.slice(0, -ENDING.length);
  if (!name.endsWith(ENDING) || !isOwner(owner) || isElsewhere(owner)) return undefined;
  const path = join(folder, name);
  if (isRunning(owner)) return parse(path);
  await rm(path, { force: true }).catch(() => undefined);
  return undefined;
}

/** @returns undefined for what is no record, as one that is just being written */
async function parse(path: string): Promise<RunningServer | undefined> {
  try {
    if ((await stat(path)).size > LARGEST) return undefined;
    const { url, since, needsKey, models } = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
    const isSound = isAddress(url) && typeof since === 'string' && typeof needsKey === 'boolean' && Array.isArray(models) && models.every(isModel);
    return isSound ? { url, since, needsKey, models } : undefined;
  } catch {
    return undefined;
  }
}

function isAddress(value: unknown): value is string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url?.protocol === 'http:' && url.origin === value;
}

function isModel(value: unknown): value is RunningServer['models'][number] {
  const { names, paths } = Object(value) as { readonly names?: unknown; readonly paths?: unknown };
  return isTexts(names) && names.length > 0 && isTexts(paths);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
