import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

describe('docs/plugin-authors.md', () => {
  it.each(['package.template.json', 'src/registry.ts'])('shows what is written: %s', async (file) => {
    const guide = await readFile(new URL('../../../docs/plugin-authors.md', import.meta.url), 'utf8');
    const written = await readFile(new URL(`../templates/registry/${file}`, import.meta.url), 'utf8');
    // A page can’t import what lies beside the module.
    expect(guide).toContain(written.replace(/^import .* from '\.\/.*\n/m, ''));
  });
});
