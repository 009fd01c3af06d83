import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLinks } from '../src/broken-links.ts';
import { buildSite } from '../src/build-site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let folder: string;
let pages: ReadonlyMap<string, string>;

async function built(from: string): Promise<ReadonlyMap<string, string>> {
  return buildSite(from, join(folder, 'site'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-site-'));
  pages = await built(root);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the site', () => {
  it('has every page, and links that lead somewhere', () => {
    expect(pages.size).toBeGreaterThan(40);
    expect([...pages.keys()]).toEqual(expect.arrayContaining(['index.html', 'store.html', 'commands.html', 'adr/index.html', 'adr/0002-biome.html']));
    expect(brokenLinks(pages)).toEqual([]);
  });

  it('asks no server for anything', () => {
    for (const [page, html] of pages) {
      const fetched = [...html.matchAll(/<(?:link|script|img|iframe|source)[^>]*(?:href|src)="([^"]*)"|@import|url\((?!#)/g)].map(
        ([found, target]) => target ?? found,
      );
      expect([page, fetched.filter((target) => /^(?:https?:)?\/\/|@import|url\(/.test(target))]).toEqual([page, []]);
    }
  });

  it('draws the diagrams', () => {
    expect(pages.get('architecture.html')?.match(/<figure class="picture"><svg/g)).toHaveLength(3);
    expect(pages.get('architecture.html')).not.toContain('flowchart');
  });

  it('names no column that has no name, and cuts no option in two', () => {
    for (const [page, html] of pages) expect([page, html.match(/<th[^>]*><\/th>/g)]).toEqual([page, null]);
    expect(pages.get('comparison.html')).toMatch(/<tr>\s*<td><\/td>\s*<th>ilab<\/th>/);
    expect(pages.get('commands.html')).toContain('<code class="option">--json</code>');
    expect(pages.get('commands.html')).toContain('<code>ilab model list</code>');
  });

  it('leads out of the documentation to the sources', () => {
    expect(pages.get('plugin-authors.html')).toContain('href="https://github.com/instructlab/ilab/blob/main/packages/core/src/ports/registry.ts"');
    expect(pages.get('architecture.html')).toContain('href="adr/index.html"'.replace('architecture', ''));
  });

  it('finds parts of pages', async () => {
    const index = await readFile(join(folder, 'site', 'assets', 'search-index.js'), 'utf8');
    const sections = JSON.parse(index.replace(/^[^[]*/, '').replace(/;\s*$/, '')) as { heading: string; url: string; text: string }[];
    const pruning = sections.find(({ url }) => url === 'store.html#pruning');
    expect(pruning).toMatchObject({ heading: 'Pruning', text: expect.stringContaining('30 days') });
    expect(new Set(sections.map(({ url }) => url)).size).toBe(sections.length);
  });

  it.each<readonly [string, string, (site: Promise<ReadonlyMap<string, string>>) => Promise<unknown>]>([
    [
      'links that are broken are seen',
      'See [it](references.md#nowhere).',
      async (site) => expect(brokenLinks(await site)).toContain('store.html: references.html#nowhere'),
    ],
    ['a diagram that nobody can draw ends it', '```mermaid\nthis is no diagram\n```', (site) => expect(site).rejects.toThrow()],
  ])('is looked at: %s', async (_what, text, holds) => {
    const copy = await mkdtemp(join(folder, 'copy-'));
    await cp(join(root, 'docs'), join(copy, 'docs'), { recursive: true });
    await writeFile(join(copy, 'docs', 'store.md'), `# Store\n\n${text}\n`);
    await holds(built(copy));
  });
});
