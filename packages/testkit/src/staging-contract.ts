import { readdir, readFile, writeFile } from 'node:fs/promises';
import { isAbort, type SnapshotWriter } from '@ilab/core';
import { expect, it } from 'vitest';
import { endingOf, soonAborted } from './ending.ts';
import { sampleFile, sampleId, sampleMetadata, type StoreUnderTest } from './sample.ts';

const id = sampleId();
const file = sampleFile('model.gguf');

/** What a cache promises of bytes on their way in, see `StagedBlob`. */
export function stagingContract(make: () => Promise<StoreUnderTest>): void {
  const open = async (): Promise<SnapshotWriter> => {
    const { cache, metadata } = await make();
    await metadata.describe(sampleMetadata(id, [file]), {});
    return cache.write(id, {});
  };

  it('keeps what arrived for the next writer when it is released', async () => {
    const writer = await open();
    const first = await writer.stage(file, {});
    await writeFile(first.path, 'part');
    await first.release();
    const second = await writer.stage(file, {});
    expect(await readFile(second.path, 'utf8')).toBe('part');
  });

  it('keeps nothing when it is discarded', async () => {
    const writer = await open();
    const first = await writer.stage(file, {});
    await writeFile(first.path, 'part');
    await first.discard();
    const second = await writer.stage(file, {});
    await expect(readFile(second.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('starts another blob from nothing', async () => {
    const writer = await open();
    const first = await writer.stage(file, {});
    await writeFile(first.path, 'part');
    await first.release();
    const other = await writer.stage(sampleFile('other.gguf'), {});
    await expect(readFile(other.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('never gives one place to two holders', async () => {
    const writer = await open();
    const first = await writer.stage(file, {});
    await writeFile(first.path, 'part');
    const waiting = writer.stage(file, {});
    const early = await endingOf(waiting, 100);
    if (early.how === 'still running') await first.release();
    expect((await waiting).path, 'two places at once').not.toBe(early.how === 'returned' ? first.path : undefined);
    // Whoever waited goes on from what the holder left.
    if (early.how === 'still running') expect(await readFile((await waiting).path, 'utf8')).toBe('part');
  });

  it('stops waiting for a holder within a second of its signal, and others still get the place', async () => {
    const writer = await open();
    const first = await writer.stage(file, {});
    const ending = await endingOf(writer.stage(file, { signal: soonAborted() }));
    if (ending.how !== 'returned') expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
    await first.release();
    expect((await endingOf(writer.stage(file, {}))).how).toBe('returned');
  });

  it('gives an empty directory each time, gone with the blob', async () => {
    const writer = await open();
    const staged = await writer.stage(file, {});
    await writeFile(`${await staged.directory()}/member`, 'x');
    const directory = await staged.directory();
    expect(await readdir(directory)).toEqual([]);
    await staged.discard();
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });
}
