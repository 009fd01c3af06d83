import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginDonorContract, testDonorContext } from '@ilab/testkit';
import { onTestFinished } from 'vitest';
import plugin from '../src/index.ts';

pluginDonorContract(() => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'shelf-')));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return {
    donor: plugin.createDonor('shelf', testDonorContext({ folders: [directory] })),
    name: 'shelf',
    directory,
    put(content) {
      const path = join(directory, createHash('sha256').update(content).digest('hex'));
      writeFileSync(path, content);
      return path;
    },
  };
});
