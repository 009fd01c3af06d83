import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Donor } from '@ilab/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stateOf } from './folder-state.ts';
import { sampleFile } from './sample.ts';

/** A donor over a directory of its own, still empty. */
export interface DonorUnderTest {
  readonly donor: Donor;
  /** What nothing may lead out of; need not be there. */
  readonly directory: string;
  /** Puts content there as the tool does. @returns the real path of the file that holds it */
  put(content: string): string;
}

const WEIGHTS = 'weights '.repeat(1000);
const file = sampleFile('model.gguf', WEIGHTS);

/** What every donor promises, see the port `Donor`. */
export function donorContract(make: () => DonorUnderTest): void {
  describe('the donor contract', () => {
    it('finds what is there, as a real file, and says whose it is', async () => {
      const { donor, put } = make();
      put('something else');
      const path = put(WEIGHTS);
      const found = await donor.find(file, {});
      expect(found).toMatchObject({ path, tool: expect.stringMatching(/\S/) });
      expect(lstatSync(found?.path ?? '').isFile()).toBe(true);
    });

    it('finds nothing where nothing is, and nothing of another size or hash', async () => {
      const { donor, put } = make();
      expect(await donor.find(file, {})).toBeUndefined();
      put(WEIGHTS);
      expect(await donor.find({ ...file, size: file.size + 1 }, {})).toBeUndefined();
      expect(await donor.find({ ...file, sha256: sampleFile('x').sha256 }, {})).toBeUndefined();
    });

    it.each(['', '.', '../../x', '/etc/passwd', 'a/b', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), '\0', `${'a'.repeat(62)}/x`])(
      'takes “%s” for no hash',
      async (sha256) => {
        const { donor, put } = make();
        put(WEIGHTS);
        expect(await donor.find({ sha256, size: file.size }, {})).toBeUndefined();
      },
    );

    it.each(['outside', 'nowhere', 'in a circle', 'a directory', 'a pipe'])('passes over a file that is a link %s, or no file', async (kind) => {
      const { donor, put } = make();
      const path = put(WEIGHTS);
      rmSync(path);
      if (kind === 'outside') symlinkSync(outside(), path);
      if (kind === 'nowhere') symlinkSync(join(path, '..', 'nowhere'), path);
      if (kind === 'in a circle') symlinkSync(path, path);
      if (kind === 'a directory') mkdirSync(path);
      if (kind === 'a pipe') execFileSync('mkfifo', [path]);
      expect(await donor.find(file, {})).toBeUndefined();
    });

    it('leaves everything as it is', async () => {
      const { donor, directory, put } = make();
      put(WEIGHTS);
      const before = stateOf(directory);
      await donor.find(file, {});
      await donor.find(sampleFile('x'), {});
      expect(stateOf(directory)).toEqual(before);
    });
  });
}

/** The same bytes, where no donor has any business. */
function outside(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-outside-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'model.gguf');
  writeFileSync(path, WEIGHTS);
  return path;
}
