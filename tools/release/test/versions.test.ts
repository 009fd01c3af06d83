import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const TEMPLATES = new URL('../../../packages/create-ilab-plugin/templates/', import.meta.url);

function read<T>(url: URL): T {
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8')) as T;
}

describe('the package that writes plugins', () => {
  // What it writes names versions. Were they not published together, it would go on writing those of old ones.
  it.each(readdirSync(TEMPLATES))('is published with all of ours that a new %s depends on', (kind) => {
    const { fixed } = read<{ fixed: readonly (readonly string[])[] }>(new URL('../../../.changeset/config.json', import.meta.url));
    const together = fixed.find((group) => group.includes('create-ilab-plugin'));
    const { dependencies, devDependencies } = read<Record<'dependencies' | 'devDependencies', object>>(new URL(`${kind}/package.template.json`, TEMPLATES));
    const ours = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith('@ilab/'));
    expect(ours).toContain('@ilab/plugin-api');
    expect(together).toEqual(expect.arrayContaining(ours));
  });
});
