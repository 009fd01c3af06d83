import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary-store.ts';
import { partialBytes } from './partial-bytes.ts';
import { newOwner } from './process-identity.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const name = digest.replace(':', '-');
const DEAD = newOwner().replace(/-[0-9a-f]{8}-(\d+)-/, '-00000000-$1-');

it('counts the largest part of each blob that nobody works on any more', () => {
  const ingest = temporaryDirectory();
  const put = (entry: string, size: number): void => writeFileSync(join(ingest, entry), Buffer.alloc(size, 1));
  put(`${name}.${DEAD}`, 65_536);
  put(`${name}.${DEAD.slice(0, -8)}00000001`, 131_072);
  put(`${name}.${DEAD}.journal`, 1_000_000);
  put(`${name}.${newOwner()}`, 1_000_000);
  put(`sha256-${'b'.repeat(64)}.${DEAD}`, 1_000_000);
  expect(partialBytes(ingest, [digest, digest])).toBe(131_072);
  expect(partialBytes(join(ingest, 'none'), [digest])).toBe(0);
});
