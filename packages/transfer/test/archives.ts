import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UnpackedMember, UnpackRequest } from '@ilab/core';
import { type RawMember, rawArchive } from '@ilab/hub';
import { createTransfer } from '../src/index.ts';

export function rawTar(members: readonly RawMember[]): Buffer {
  return rawArchive({ members });
}

/** A place to unpack to, with something beside it that must not be touched. */
export interface UnpackingPlace extends Disposable {
  readonly root: string;
  readonly directory: string;
  unpack(bytes: Buffer, more?: Partial<UnpackRequest> & { readonly signal?: AbortSignal }): AsyncIterable<UnpackedMember>;
}

export function unpackingPlace(): UnpackingPlace {
  const root = mkdtempSync(join(tmpdir(), 'ilab-archive-'));
  const directory = mkdtempSync(join(root, 'out-'));
  const transfer = createTransfer({ userAgent: 'test', env: {} });
  return {
    root,
    directory,
    unpack(bytes, { signal, ...more } = {}) {
      const archive = join(root, 'archive');
      writeFileSync(archive, bytes);
      return transfer.unpack({ archive, codec: 'tar', prefix: '', overlay: true, directory, ...more }, signal ? { signal } : {});
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
