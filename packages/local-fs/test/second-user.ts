/** What another user does in a shared store: run as that user by tests. Says on standard output what came of it. */
import { addSnapshot, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { createLocalStore } from '../src/index.ts';

const [, , directory = '', errand = ''] = process.argv;
process.umask(0o077);
const store = createLocalStore({ directory, checkpointsDirectory: directory, extraDirectories: [], home: directory, cwd: directory });
const id = sampleId();
const other = { ...id, revision: sampleRevision(2) };

switch (errand) {
  case 'add':
    await addSnapshot(store, { id, files: [sampleFile('model.gguf'), sampleFile('sub/config.json')] });
    await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
    break;
  case 'grow':
    await addSnapshot(store, { id: other, files: [sampleFile('model.gguf'), sampleFile('sub/config.json'), sampleFile('more.json')] });
    await store.metadata.moveVersion(id, sampleRecord('v1', other.revision), {});
    break;
  case 'share': {
    const writer = await store.cache.write(other, {});
    process.stdout.write(String(await writer.reuse(sampleFile('model.gguf'), {})));
    await writer.close();
    break;
  }
  case 'remove':
    await store.metadata.removeVersion(id, 'v1', {});
    await store.cache.remove(id, {});
    break;
}
