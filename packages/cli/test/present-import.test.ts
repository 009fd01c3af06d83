import type { DownloadResult, ImportPlan } from '@ilab/sdk';
import { describe, expect, it } from 'vitest';
import { presentDownload, presentLeftOut } from '../src/present/download.ts';
import { presentImported, presentImportPlan, presentRefused } from '../src/present/import.ts';

const RESULT: DownloadResult = {
  reference: 'r:v1',
  revision: '',
  path: '',
  files: ['a', 'b'],
  bytes: 3000,
  fetched: 0,
  linked: 0,
  donated: {},
  leftOut: [],
  seconds: 1,
};

describe('a download', () => {
  it.each<[Partial<DownloadResult>, string]>([
    [{}, 'r:v1: 2 files, 3.0 kB, all here already'],
    [{ fetched: 3000 }, 'r:v1: 2 files, 3.0 kB; 3.0 kB fetched, 1.0 s'],
    [{ fetched: 1000, linked: 2000 }, 'r:v1: 2 files, 3.0 kB; 1.0 kB fetched, 2.0 kB shared instead, 1.0 s'],
    [
      { linked: 3000, donated: { Ollama: 1000, 'LM Studio': 500 } },
      'r:v1: 2 files, 3.0 kB; 0 B fetched, 1.5 kB shared instead, 1.0 kB taken from Ollama instead, 500 B taken from LM Studio instead, 1.0 s',
    ],
  ])('says where its bytes came from: %j', (given, line) => {
    expect(presentDownload({ ...RESULT, ...given })).toBe(line);
  });
});

it('says what a download left out, and how to have it', () => {
  expect(presentLeftOut([])).toBeUndefined();
  const files = ['a\u001b[2J', 'b', 'c', 'd', 'e', 'f'];
  expect(presentLeftOut([{ why: 'other quantisations', files, bytes: 3000 }])).toBe(
    'Left out, other quantisations: a?[2J, b, c, d and 2 more (3.0 kB).\nName what you want (#Q8_0, #FILE), or take all with --include "*".',
  );
});

describe('an import', () => {
  const imported = { reference: 'localhost/m:latest', revision: '', path: '', tool: 'Ollama', from: '/a\u001b[2J\u202eb', files: ['x'], bytes: 9, added: 9 };

  it('says what came in, and never lets a path steer the terminal', () => {
    expect(presentImported(imported)).toBe('localhost/m:latest: 1 file, 9 B, 9 B brought in from /a?b');
    expect(presentImported({ ...imported, added: 0 })).toBe('localhost/m:latest: 1 file, 9 B, all here already');
    expect(presentRefused({ tool: 'Ollama', from: '/\u0007', reason: 'it is\nno manifest.' })).toBe('Not imported: /?: it is?no manifest.');
  });

  it('shows names, versions and bytes before', () => {
    const plan = (versions: readonly string[], revision?: string) =>
      ({
        items: [
          {
            model: { from: '/m', revision },
            name: { repository: { canonical: 'localhost/m' }, versions: versions.map((name) => ({ name })) },
            bytes: 9,
            here: 4,
          },
        ],
        refused: [],
      }) as unknown as ImportPlan;
    expect(presentImportPlan(plan(['v1', 'latest']))).toBe(
      'NAME         VERSION     SIZE  HERE  FROM\nlocalhost/m  v1, latest   9 B   4 B  /m\nWould come in: 5 B',
    );
    expect(presentImportPlan(plan([], `sha256:${'a'.repeat(64)}`))).toContain('@aaaaaaaaaaaa ');
    expect(presentImportPlan({ items: [], refused: [] })).toBe('There is nothing to import.\nWould come in: 0 B');
  });
});
