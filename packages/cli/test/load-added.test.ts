import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadAdded } from '../src/plugins/load-added.ts';

it('plugins of one list are loaded or lost, whatever is wrong with them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ilab-added-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const packages = { sound: '{"name":"sound","version":"1.0.0"}', torn: '{', other: '{"name":"another","version":"1.0.0"}' };
  for (const [name, text] of Object.entries(packages)) {
    mkdirSync(join(dataDir, 'node_modules', name), { recursive: true });
    writeFileSync(join(dataDir, 'node_modules', name, 'package.json'), text);
  }
  const plugins = ['sound', 'torn', 'other', 'gone'].map((name) => ({ name, type: 'user', tag: '1.0.0' }));
  writeFileSync(join(dataDir, 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins } }));
  const { added, lost } = await loadAdded({ dataDir, ignoreManifest: true });
  expect(added.map(({ name }) => name)).toEqual(['sound']);
  expect(lost.map(({ name }) => name)).toEqual(['torn', 'other', 'gone']);
});

it('a list that is not there is empty', async () => {
  expect(await loadAdded({ dataDir: join(tmpdir(), 'ilab-nothing-here'), ignoreManifest: true })).toEqual({ added: [], lost: [] });
});
