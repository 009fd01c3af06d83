import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collect } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { spool } from '../src/index.ts';
import { newOwner } from '../src/process-identity.ts';
import { temporaryStore } from './temporary-store.ts';

async function* pieces(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

describe('what can be read once only', () => {
  it('lies below the store, for its user alone, until it is disposed of', async () => {
    const { models } = temporaryStore();
    {
      await using file = await spool(models, pieces('some', ' bytes'), {});
      expect(dirname(file.path)).toBe(join(models, '.store/ingest'));
      expect(readFileSync(file.path, 'utf8')).toBe('some bytes');
      expect(statSync(file.path).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(join(models, '.store/ingest'))).toEqual([]);
  });
  it('is gone when its source breaks, or nobody waits for it any more', async () => {
    const { models } = temporaryStore();
    await expect(spool(models, pieces('some', new Error('broke')), {})).rejects.toMatchObject({ code: 'E_STORE' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(spool(models, pieces('some'), { signal })).rejects.toThrow('enough');
    expect(readdirSync(join(models, '.store/ingest'))).toEqual([]);
  });
  it('is left over when its process was killed, and not before', async () => {
    const { models, housekeeper } = temporaryStore();
    const ingest = join(models, '.store/ingest');
    mkdirSync(ingest, { recursive: true });
    const left = join(ingest, `spooled.${newOwner().replace(/-[0-9a-f]{8}-(\d+)-/, '-00000000-$1-')}`);
    writeFileSync(left, 'some');
    await using file = await spool(models, pieces('other'), {});
    const found = await collect(housekeeper.leftovers({}));
    expect(found.map(({ path }) => path)).toEqual([left]);
    expect(found.map(({ path }) => path)).not.toContain(file.path);
  });
});
