import { nullProgress, type UploadFile } from '@ilab/core';
import { expect, it } from 'vitest';
import { endingOf, isEnd, soonAborted } from './ending.ts';
import { expectPlain } from './plain.ts';
import type { RegistryUnderTest } from './registry-contract.ts';
import { sampleFile } from './sample.ts';

/** What a registry promises that takes uploads, see `Registry.upload`. */
export function uploadContract(make: () => Promise<RegistryUnderTest>): void {
  it('takes uploads and logins if and only if it says that it does', async () => {
    const { registry } = await make();
    expect(typeof registry.upload).toBe(registry.capabilities.upload ? 'function' : 'undefined');
    expect([typeof registry.login, typeof registry.logout]).toEqual(Array(2).fill(registry.capabilities.login ? 'function' : 'undefined'));
  });

  it('resolves to what was uploaded, and makes nothing of the same again', async ({ skip }) => {
    const { registry, destination } = await make();
    if (!registry.upload || !destination) return skip('this source takes no uploads');
    const files = [sampleUpload('config.json', '{}'), sampleUpload('sub dir/model.safetensors', 'weights')];
    const options = { progress: nullProgress };
    const isImplicit = registry.capabilities.upload?.implicitRepositories ?? false;
    if (!isImplicit) await expect(registry.upload({ destination, files }, options)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    const made = await registry.upload({ destination, files, ...(!isImplicit && { createRepository: 'private' }) }, options);
    expectPlain(made);
    expect(made).toMatchObject({ changed: true, ignored: [] });
    expect(made.sent + made.here).toBe(9);
    const snapshot = await registry.resolve(destination, {});
    expect(snapshot.revision).toBe(made.revision);
    expect(snapshot.files.map(({ path }) => path)).toEqual(expect.arrayContaining(files.map(({ path }) => path)));
    expect(await registry.upload({ destination, files }, options)).toMatchObject({ revision: made.revision, changed: false, sent: 0 });
  });

  it('packs files in every format that it has', async ({ skip }) => {
    const { registry, destination } = await make();
    const formats = registry.capabilities.upload?.formats ?? [];
    if (!registry.upload || !destination || formats.length === 0) return skip('this source has no formats');
    const files = [sampleUpload('config.json', '{}')];
    for (const format of formats) {
      const made = await registry.upload({ destination, files, format }, { progress: nullProgress });
      expect(made.packed).toBe(format);
      expect((await registry.resolve(destination, {})).revision).toBe(made.revision);
    }
  });

  it('ends an upload within a second of its signal', async ({ skip }) => {
    const { silent, destination } = await make();
    if (!silent.upload || !destination) return skip('this source takes no uploads');
    const ending = await endingOf(silent.upload({ destination, files: [sampleUpload('a', 'a')] }, { progress: nullProgress, signal: soonAborted() }));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });
}

function sampleUpload(path: string, text: string): UploadFile {
  const { size, sha256 } = sampleFile(path, text);
  return {
    path,
    size,
    sha256,
    async *open({ start, end } = { start: 0, end: size }) {
      yield Buffer.from(text).subarray(start, end);
    },
  };
}
