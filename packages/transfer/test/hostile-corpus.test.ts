import { readdirSync, readFileSync } from 'node:fs';
import type { UnpackedMember } from '@ilab/core';
import { type RawArchive, rawArchive } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { unpackingPlace } from './archives.ts';

/** `hostile/archives.json`: what an attacker packs, with what may come of it. */
type Row = RawArchive & {
  readonly why: string;
  /** Whether it is a layer of an image. */
  readonly layer?: true;
  /** Whether only a download can tell. */
  readonly download?: true;
  readonly code?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly leftOut?: readonly string[];
};
const rows = JSON.parse(readFileSync(new URL('../../core/hostile/archives.json', import.meta.url), 'utf8')) as readonly Row[];
const numbered = rows.map((row, index) => [index, row.why, row] as const);
const kept = numbered.filter(([, , { files, download }]) => files !== undefined && !download);
const refused = numbered.filter(([, , { files, download }]) => files === undefined && !download);

const unpack = (place: ReturnType<typeof unpackingPlace>, row: Row): Promise<readonly UnpackedMember[]> =>
  Array.fromAsync(place.unpack(rawArchive(row), { codec: row.codec ?? 'tar', prefix: row.layer ? 'models/' : '', overlay: row.layer ?? false }));

describe('a hostile archive', () => {
  it('comes in enough kinds', () => expect(rows.length).toBeGreaterThanOrEqual(150));

  it.each(refused)('(%i, %s) is refused, and nothing of it is beside the place it was given', async (_index, _why, row) => {
    using place = unpackingPlace();
    await expect(unpack(place, row)).rejects.toMatchObject({ code: expect.stringMatching(`^(?:${row.code})$`) });
    expect(readdirSync(place.root)).toHaveLength(2);
    expect(readdirSync(place.directory, { withFileTypes: true }).every((entry) => entry.isFile() && /^\d+$/.test(entry.name))).toBe(true);
  });

  it.each(kept)('(%i, %s) gives its files and tells what it leaves out', async (_index, _why, row) => {
    using place = unpackingPlace();
    const found = await unpack(place, row);
    const files = found.flatMap((member) => (member.kind === 'file' ? [[member.path, readFileSync(member.target, 'utf8')]] : []));
    expect(Object.fromEntries(files)).toEqual(row.files);
    const came = new Set(files.map(([path]) => path));
    expect(found.filter(({ kind, path }) => kind === 'left-out' && !came.has(path)).map(({ path }) => path)).toEqual(row.leftOut ?? []);
    expect(readdirSync(place.root)).toHaveLength(2);
    expect(readdirSync(place.directory, { withFileTypes: true }).every((entry) => entry.isFile())).toBe(true);
  });
});
