import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type RawArchive, rawArchive } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, IMAGE_CONFIG, root, type Shelf, stockShelf } from '../src/index.ts';

/** `hostile/archives.json`: what an attacker packs, with what may come of it. */
type Row = RawArchive & {
  readonly why: string;
  readonly layer?: true;
  readonly code?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly leftOut?: readonly string[];
};
const rows = JSON.parse(readFileSync(join(root, 'packages', 'core', 'hostile', 'archives.json'), 'utf8')) as readonly Row[];
const numbered = rows.map((row, index) => [index, row.why, row] as const);
const SENTINELS = ['.ssh/authorized_keys', '.bashrc', 'x', 'etc/passwd', '.cache/x', '.cache/instructlab/x'];

let shelf: Shelf;
beforeAll(async () => {
  const artifacts = rows.map((row, index) => {
    const { codec = 'tar', layer } = row;
    const type = layer ? 'application/vnd.oci.image.layer.v1.tar' : `application/vnd.cncf.model.weight.v1.${codec}`;
    return [`archive-${index}`, artifactOf({ layers: [{ type, content: rawArchive(row) }], ...(layer && { config: { type: IMAGE_CONFIG } }) })] as const;
  });
  shelf = await stockShelf(Object.fromEntries(artifacts));
  for (const path of SENTINELS) {
    mkdirSync(dirname(join(shelf.home, path)), { recursive: true });
    writeFileSync(join(shelf.home, path), 'mine');
  }
});
afterAll(() => shelf.close());

/** Everything below the root that is no part of the store, or of a snapshot of this archive in it. */
function beside(name: string): readonly string[] {
  const mine = new RegExp(`^home/.cache/instructlab/models/(?:\\.store|[^/]+/shelf/${name})(?:/|$)`);
  return readdirSync(shelf.root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(shelf.root, join(entry.parentPath, entry.name)))
    .filter((path) => !mine.test(path));
}

describe('a model in a hostile archive', () => {
  it('comes in enough kinds', () => expect(rows.length).toBeGreaterThanOrEqual(150));

  it.each(numbered)('(%i, %s) is brought or refused as a whole, and nothing is beside it', async (index, _why, { files, code, leftOut }) => {
    const name = `archive-${index}`;
    const before = beside(name);
    const outcome = await shelf.bring(name).catch((error: unknown) => error);
    expect(beside(name)).toEqual(before);
    for (const path of SENTINELS) expect(readFileSync(join(shelf.home, path), 'utf8')).toBe('mine');
    if (code !== undefined) {
      expect(outcome).toMatchObject({ code: expect.stringMatching(`^(?:${code})$`) });
      expect(readdirSync(shelf.home, { recursive: true }).filter((path) => String(path).includes(`/${name}/`))).toEqual([]);
    } else {
      const brought = outcome as Awaited<ReturnType<Shelf['bring']>>;
      const decoded = Object.entries(brought.files).map(([path, bytes]) => [decodeURIComponent(path), String(bytes)]);
      expect(Object.fromEntries(decoded)).toEqual(files);
      const told = brought.warnings.filter((text) => text.includes('left out'));
      expect(told.length).toBe(leftOut === undefined ? 0 : 1);
    }
  });
});
