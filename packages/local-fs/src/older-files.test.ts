import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, sampleFile, sampleId, sampleRevision } from '@ilab/testkit';
import { expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { olderFiles } from './older-files.ts';

const id = sampleId();
const [first, second, third] = [sampleRevision(1), sampleRevision(2), sampleRevision(3)];
const [config, model] = [sampleFile('config.json'), sampleFile('model.gguf')];
const now = { ...id, revision: third };
const directoryOf = (models: string, revision: string): string => join(models, 'registry.example/team/granite', `@${revision.replace(':', '-')}`);

it('finds files of the other revisions, as their registry named them', async () => {
  const store = temporaryStore();
  for (const revision of [first, second, third]) await addSnapshot(store, { id: { ...id, revision }, files: revision === second ? [config] : [config, model] });
  const found = olderFiles(store.models, now);
  expect([...found.keys()].sort()).toEqual(['config.json', 'model.gguf']);
  expect(
    found
      .get('config.json')
      ?.map(({ snapshot }) => snapshot.revision)
      .sort(),
  ).toEqual([first, second].sort());
  expect(found.get('model.gguf')).toEqual([
    {
      snapshot: { ...id, revision: first },
      file: { path: 'model.gguf', blob: { id: expect.any(String), size: model.size, digest: `sha256:${model.sha256}` } },
      path: join(directoryOf(store.models, first), 'model.gguf'),
    },
  ]);
});

it('leaves out what is broken or not whole', async () => {
  const store = temporaryStore();
  for (const revision of [first, second]) await addSnapshot(store, { id: { ...id, revision }, files: [model] });
  writeFileSync(join(directoryOf(store.models, first), '.metadata'), '{');
  expect(olderFiles(store.models, now).get('model.gguf')).toHaveLength(1);
});

it('finds nothing where nothing is', () => {
  expect(olderFiles(temporaryStore().models, now).size).toBe(0);
});
