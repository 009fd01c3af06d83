import { readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { IlabError, type Metadata, type RepositoryId, type SnapshotId, snapshotEntries } from '@ilab/core';
import { makeDirectory, syncDirectory, writeFileDurably } from './durable.ts';
import { encodeComponent } from './encode-component.ts';
import { errnoOf, isMissing, storeError, unlessMissing } from './fs-errors.ts';
import { filePath, MEMBERS, METADATA, recordPath, repositoryDirectory, revisionEntry, SIGNATURE, snapshotDirectory, versionLink } from './layout.ts';
import { refuseLinks } from './no-links.ts';
import { parseMembers, parseMetadata, parseRecord, parseSignature } from './parse-metadata.ts';
import { type Json, readJson } from './read-json.ts';

/** `.metadata` files and version records below one models directory. */
export function createMetadata(root: string): Metadata {
  const metadataPath = (id: SnapshotId) => join(snapshotDirectory(root, id), METADATA);
  const membersPath = (id: SnapshotId) => join(snapshotDirectory(root, id), MEMBERS);
  const refuse = (path: string, { host }: RepositoryId) => refuseLinks(dirname(path), join(root, encodeComponent(host)));
  return {
    snapshot: async (id) => readChecked(metadataPath(id), parseMetadata),
    async describe(metadata) {
      await giveWay(root, metadata);
      refuse(metadataPath(metadata), metadata);
      await writeOnce(metadataPath(metadata), metadata, ({ partial, ...known }) => partial === true && { ...known, ...metadata });
    },
    members: async (id) => readChecked(membersPath(id), parseMembers),
    async describeMembers(id, members) {
      refuse(membersPath(id), id);
      await writeOnce(membersPath(id), members);
    },
    signature: async ({ path }) => readChecked(join(path, SIGNATURE), parseSignature),
    async recordSignature(id, record) {
      const path = join(snapshotDirectory(root, id), SIGNATURE);
      refuse(path, id);
      try {
        await writeFileDurably(path, json(record));
      } catch (error) {
        throw storeError(error, path);
      }
    },
    version: async (id, name) => readChecked(recordPath(root, id, name), parseRecord),

    async moveVersion(id, record) {
      const path = recordPath(root, id, record.name);
      refuse(path, id);
      try {
        await makeDirectory(dirname(path));
        const before = readUnlessTorn(path);
        await writeFileDurably(path, json({ ...before, ...record }));
        await link(versionLink(root, id, record.name), revisionEntry(record.revision));
      } catch (error) {
        throw storeError(error, path);
      }
    },

    async removeVersion(id, name) {
      const path = recordPath(root, id, name);
      refuse(path, id);
      try {
        // The link first: without one a name is whole, without its record a link would point to what is going.
        await unlinkLink(versionLink(root, id, name));
        await unlink(path).catch(unlessMissing);
        await syncDirectory(dirname(path)).catch(unlessMissing);
        await rmdir(dirname(path)).catch(() => undefined);
      } catch (error) {
        throw storeError(error, path);
      }
    },
  };
}

function readChecked<T>(path: string, parse: (json: Json) => T): T | undefined {
  try {
    const found = readJson(path);
    return found && parse(found);
  } catch (error) {
    if (errnoOf(error) !== undefined) throw storeError(error, path);
    throw new IlabError('E_STORE', `${path} can’t be read: ${error instanceof Error ? error.message : ''}.`, {
      hint: 'Remove the model and fetch it again.',
      cause: error,
    });
  }
}

function readUnlessTorn(path: string): Json | undefined {
  try {
    return readJson(path);
  } catch {
    return undefined;
  }
}

type Described = { readonly files: readonly { readonly path: string }[] };

/** What is there stays: the same revision can only be described the same. A torn file is replaced, and what its replacement says. */
async function writeOnce(path: string, value: Described, replaced: (before: Json) => object | false = () => false): Promise<void> {
  try {
    for (const file of value.files) filePath(dirname(path), file.path);
    snapshotEntries(value.files.map((file) => file.path));
    await makeDirectory(dirname(path));
    const before = readUnlessTorn(path);
    const next = before === undefined ? value : replaced(before);
    if (next !== false) await writeFileDurably(path, json(next));
  } catch (error) {
    throw storeError(error, path);
  }
}

/** A link is a convenience: where it can't be made, or something else has its name (a nested repository), it is left out. */
async function link(path: string, target: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    if (!(await isFreeForLink(path))) return;
    await symlink(target, temporary);
    await rename(temporary, path);
  } catch {
    await unlink(temporary).catch(() => undefined);
  }
}

/**
 * A version's link may have the name that a nested repository's directory needs; if it stayed, the repository would grow inside the
 * snapshot that the link points to.
 */
async function giveWay(root: string, { repository, ...id }: RepositoryId): Promise<void> {
  const segments = repository.split('/');
  for (const index of segments.keys()) {
    const path = repositoryDirectory(root, { ...id, repository: segments.slice(0, index + 1).join('/') });
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) continue;
    if (!target.startsWith('@')) refuseLinks(path, join(root, encodeComponent(id.host)));
    await unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) throw storeError(error, path);
    });
  }
}

async function isFreeForLink(path: string): Promise<boolean> {
  try {
    await readlink(path);
    return true;
  } catch (error) {
    return isMissing(error);
  }
}

async function unlinkLink(path: string): Promise<void> {
  try {
    await readlink(path);
  } catch {
    return;
  }
  await unlink(path).catch(unlessMissing);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
