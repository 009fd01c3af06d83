import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { PluginPackage } from './plugin-package.ts';

const FIRST_PARTY = ['@ilab/plugin-hf', '@ilab/plugin-oci'];

/** The first-party plugins that are installed beside this package; a program that names none gets these. */
export function bundledPlugins(): readonly PluginPackage[] {
  const require = createRequire(import.meta.url);
  return FIRST_PARTY.flatMap((name) => {
    const path = packageJson(require, name);
    if (path === undefined) return [];
    const { version, ilab } = JSON.parse(readFileSync(path, 'utf8')) as { version: string; ilab: unknown };
    return [{ name, version, root: dirname(path), manifest: ilab, type: 'core' as const }];
  });
}

function packageJson(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
