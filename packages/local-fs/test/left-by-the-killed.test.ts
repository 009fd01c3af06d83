import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, sampleFile, sampleId, sampleMetadata } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { newOwner } from '../src/process-identity.ts';
import { temporaryStore } from './temporary-store.ts';

const id = sampleId();
const file = sampleFile('model.gguf');
const DEAD = newOwner().replace(/-[0-9a-f]{8}-(\d+)-/, '-00000000-$1-');

/** States between two system calls, as tools/e2e/test/faults-kill.e2e.test.ts found them. */
describe('what a process leaves that was killed', () => {
  it('between making a file read-only and naming it, can be written by the next', async () => {
    const { cache, metadata, models } = temporaryStore();
    await metadata.describe(sampleMetadata(id, [file]), {});
    const ingest = join(models, '.store/ingest');
    mkdirSync(ingest, { recursive: true });
    const left = join(ingest, `${file.digest.replace(':', '-')}.${DEAD}`);
    writeFileSync(left, 'some');
    chmodSync(left, 0o444);
    const writer = await cache.write(id, {});
    const staged = await writer.stage(file, {});
    expect(existsSync(left)).toBe(false);
    expect(lstatSync(staged.path).mode & 0o777).toBe(0o644);
    await staged.discard();
    await writer.close();
  });

  it('before .metadata has its name, is no broken snapshot', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [file] });
    const begun = join(store.models, 'registry.example/team/granite', `@sha256-${'d'.repeat(64)}`);
    mkdirSync(begun);
    writeFileSync(join(begun, '.0123456789ab.tmp'), '{');
    expect((await collect(store.cache.items({}))).map(({ kind }) => kind)).toEqual(['repository']);
    writeFileSync(join(begun, 'model.gguf'), '');
    expect((await collect(store.cache.items({}))).map(({ kind }) => kind).sort()).toEqual(['broken', 'repository']);
  });

  it('takes no room that a download would need', async () => {
    const { cache, models } = temporaryStore();
    const ingest = join(models, '.store/ingest');
    mkdirSync(ingest, { recursive: true });
    writeFileSync(join(ingest, `${file.digest.replace(':', '-')}.${DEAD}`), Buffer.alloc(8_000_000, 1));
    const [without, counted] = [await cache.available(id, {}), await cache.available(id, { blobs: [file.digest] })];
    expect(counted - without).toBeGreaterThan(4_000_000);
  });
});
