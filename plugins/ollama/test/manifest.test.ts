import { readFile } from 'node:fs/promises';
import type { PluginManifest } from '@ilab/plugin-api';
import { expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { testContext } from './context.ts';

it('names the registry that the entry makes', async () => {
  const { ilab } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { ilab: PluginManifest };
  const [registry] = ilab.registries ?? [];
  expect(plugin).toMatchObject({ $$type: '@ilab/plugin', apiVersion: 1 });
  expect(plugin.createRegistry?.(registry?.source ?? '', testContext()).source).toBe(registry?.source);
});
