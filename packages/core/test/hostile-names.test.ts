import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, encodeFilePath, foldName, isFilePath, snapshotEntries } from '../src/index.ts';
import { names, snapshots } from './hostile.ts';

const stored = names.flatMap((row) => (row.refused ? [] : [row]));
const refused = names.filter((row) => row.refused);
const SYSTEMS = [
  { system: 'POSIX', rules: posix, snapshot: '/store/quay.io/a/@1' },
  { system: 'Windows', rules: win32, snapshot: 'C:\\store\\quay.io\\a\\@1' },
];

/** What Windows takes as the name of an ordinary file; says nothing of how the core decides. */
function isWindowsName(name: string): boolean {
  const stem = name.split('.')[0]?.trimEnd().toUpperCase() ?? '';
  const device = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])$/.test(stem);
  return name !== '' && !/[<>:"/\\|?*\u0000-\u001f]|[. ]$|~\d/.test(name) && !device;
}

describe('names of files that a registry lists', () => {
  it('there are enough, and of both verdicts', () => {
    expect(names.length).toBeGreaterThanOrEqual(300);
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
    expect(Math.min(stored.length, refused.length)).toBeGreaterThan(100);
  });

  it.each(refused)('$why: $name is refused', ({ name }) => {
    expect(isFilePath(name)).toBe(false);
  });

  it.each(stored)('$why: $name is stored as $entry', ({ name, entry }) => {
    expect(isFilePath(name)).toBe(true);
    expect(encodeFilePath(name)).toBe(entry);
    expect(entry.split('/').map(decodeName).join('/')).toBe(name);
  });

  it.each(SYSTEMS)('what is stored stays in its snapshot by the rules of $system', ({ rules, snapshot }) => {
    for (const { name, entry } of stored) {
      const path = rules.resolve(snapshot, entry);
      expect(rules.relative(snapshot, path).split(rules.sep).join('/'), name).toBe(entry);
      expect(rules.isAbsolute(entry), name).toBe(false);
    }
  });

  it('what is stored is an ordinary name on Windows, and none of the store’s own', () => {
    for (const { name, entry } of stored) {
      for (const part of entry.split('/')) expect(isWindowsName(part), name).toBe(true);
      expect(foldName(entry), name).not.toMatch(/^(?:@|\.metadata|\.versions(?:\/|$)|\.store(?:\/|$))/);
    }
  });

  it('whatever it is, it is refused or stays where it is put', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'con', 'a:b', '~1', '.metadata', '@', 'x.', '\u202e'), fc.string({ unit: 'binary', maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const path = parts.join('/');
        if (!isFilePath(path)) return;
        const entry = encodeFilePath(path);
        expect(entry.split('/').every(isWindowsName)).toBe(true);
        for (const { rules, snapshot } of SYSTEMS) expect(rules.relative(snapshot, rules.resolve(snapshot, entry)).split(rules.sep).join('/')).toBe(entry);
      }),
    );
  });
});

describe('files of one revision', () => {
  it.each(snapshots)('$why', (row) => {
    if (!row.files) {
      expect(() => snapshotEntries(row.refused)).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
      return;
    }
    expect(Object.fromEntries(snapshotEntries(row.files.map(([path]) => path)))).toEqual(Object.fromEntries(row.files));
    const reversed = row.files.toReversed().map(([path]) => path);
    expect(Object.fromEntries(snapshotEntries(reversed)), 'in another order').toEqual(Object.fromEntries(row.files));
  });

  it('never meet on a disk that is blind to case and normal forms', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'A', 'é', 'E\u0301', 's', 'ſ', 'ß', ':', '%', '.', 'x', '/', '~', '1', 'aux', 'AUX'),
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (paths) => {
        const usable = paths.filter(isFilePath);
        let entries: ReadonlyMap<string, string>;
        try {
          entries = snapshotEntries(usable);
        } catch {
          return;
        }
        const folded = [...entries.values()].map(foldName);
        expect(new Set(folded).size).toBe(usable.length);
        const folders = folded.flatMap((entry) => [...entry.matchAll(/\//g)].map(({ index }) => entry.slice(0, index)));
        for (const folder of folders) expect(folded).not.toContain(folder);
        for (const [path, entry] of entries) expect(entry.split('/').map(decodeName).join('/')).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });
});
