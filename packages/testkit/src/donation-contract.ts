import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Adoption, type Donation, isAbort } from '@ilab/core';
import { expect, it, onTestFinished } from 'vitest';
import { sampleFile, sampleId, sampleMetadata, type StoreUnderTest } from './sample.ts';

const id = sampleId();
const file = sampleFile('sub/model.gguf', 'weights '.repeat(1000));

/** What a cache promises of files that other tools have, see `SnapshotWriter.adopt`. */
export function donationContract(make: () => Promise<StoreUnderTest>): void {
  const adopt = async (donation: Donation, signal?: AbortSignal): Promise<{ outcome: Adoption; content: string | undefined; path: string }> => {
    const { cache, metadata } = await make();
    await metadata.describe(sampleMetadata(id, [file]), {});
    const writer = await cache.write(id, {});
    try {
      const outcome = await writer.adopt(file, donation, { signal });
      const path = join(writer.path, file.path);
      expect(await writer.has(file)).toBe(outcome === 'adopted');
      return { outcome, path, content: await readFile(path, 'utf8').catch(() => undefined) };
    } finally {
      await writer.close();
    }
  };

  it.each([true, false])('takes the expected bytes, read-only, and leaves the donor’s file as it was (it may be linked: %s)', async (mayLink) => {
    for (const mode of [0o644, 0o600, 0o444]) {
      const donation = donated({ content: file.content, mode, mayLink });
      const before = stateOf(donation.path);
      const { outcome, content, path } = await adopt(donation);
      expect({ outcome, content, mode: statSync(path).mode & 0o777 }).toEqual({ outcome: 'adopted', content: file.content, mode: 0o444 });
      expect(stateOf(donation.path)).toEqual(before);
    }
  });

  it('is not touched by what a tool writes into its file later, unless both are one sealed file of a tool that never does', async () => {
    for (const donation of [donated({ content: file.content, mode: 0o644, mayLink: true }), donated({ content: file.content, mode: 0o444, mayLink: false })]) {
      const { path } = await adopt(donation);
      chmodSync(donation.path, 0o644);
      writeFileSync(donation.path, 'x', { flag: 'r+' });
      expect(readFileSync(path, 'utf8')).toBe(file.content);
    }
  });

  it.each([
    ['other bytes', file.content.replace('w', 'v')],
    ['too few bytes', file.content.slice(1)],
    ['no bytes', ''],
  ])('puts nothing in place from %s', async (_what, content) => {
    for (const mode of [0o644, 0o444]) {
      expect(await adopt(donated({ content, mode, mayLink: true }))).toMatchObject({ outcome: 'unlike', content: undefined });
    }
  });

  it('puts nothing in place from what is gone, a link or no file', async () => {
    const { path: real, ...donation } = donated({ content: file.content, mode: 0o644, mayLink: true });
    symlinkSync(real, `${real}.link`);
    mkdirSync(`${real}.directory`);
    for (const path of [`${real}.gone`, `${real}.link`, `${real}.directory`, '/dev/zero']) {
      expect(await adopt({ ...donation, path })).toMatchObject({ outcome: 'gone', content: undefined });
    }
  });

  it('stops when its signal is aborted', async () => {
    const donation = donated({ content: file.content, mode: 0o644, mayLink: true });
    await expect(adopt(donation, AbortSignal.abort())).rejects.toSatisfy(isAbort);
  });
}

function donated({ content, mode, mayLink }: { readonly content: string; readonly mode: number; readonly mayLink: boolean }): Donation {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-donor-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'blob');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return { path, tool: 'testkit', mayLink };
}

/** All but the number of its names, which a hard link changes, and with it the time of that. */
function stateOf(path: string): readonly unknown[] {
  const { mode, uid, gid, size, mtimeMs, ino } = lstatSync(path);
  return [mode, uid, gid, size, mtimeMs, ino, readFileSync(path, 'utf8')];
}
