import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import Eleventy from '@11ty/eleventy';
import { readContents } from './contents.ts';
import { htmlPath, layOut } from './layout.ts';
import { createMarkdown } from './markdown/render-markdown.ts';
import { type Section, sectionsOf } from './search-index.ts';

const ASSETS = fileURLToPath(new URL('./assets', import.meta.url));
const MINISEARCH = fileURLToPath(new URL('../umd/index.js', import.meta.resolve('minisearch')));

/** A page as the generator renders it. */
type Rendered = { readonly url: string; readonly content: string };

/**
 * Builds the site of a repository's `docs` into a folder, which is emptied first. Uses no network.
 * @returns the HTML of the pages, by their path below the folder
 * @throws what is wrong with a page: a diagram that can't be drawn
 */
export async function buildSite(root: string, output: string): Promise<ReadonlyMap<string, string>> {
  const docs = join(root, 'docs');
  const contents = readContents(await readFile(join(docs, 'README.md'), 'utf8'));
  const sections: Section[] = [];
  const pages = new Map<string, string>();
  await rm(output, { recursive: true, force: true });
  for (const { url, content } of await render(root, docs)) {
    const path = url.endsWith('/') ? `${url.slice(1)}index.html` : url.slice(1);
    const title = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(content)?.[1]?.replace(/<[^>]*>/g, '') ?? path;
    sections.push(...sectionsOf(content, { url: path, title, first: sections.length }));
    const page = layOut({ title, path, html: content, contents });
    pages.set(path, page);
    await mkdir(dirname(join(output, path)), { recursive: true });
    await writeFile(join(output, path), page);
  }
  await cp(ASSETS, join(output, 'assets'), { recursive: true });
  await cp(MINISEARCH, join(output, 'assets', 'minisearch.js'));
  await cp(join(docs, 'config.schema.json'), join(output, 'config.schema.json'));
  // A script and not JSON: the site can be read from a folder, too, where nothing can be fetched.
  await writeFile(join(output, 'assets', 'search-index.js'), `globalThis.ilabSections = ${JSON.stringify(sections)};\n`);
  return pages;
}

async function render(root: string, docs: string): Promise<readonly Rendered[]> {
  const decisions = await decisionsPage(join(docs, 'adr'));
  // Told from where we stand: of an absolute folder it takes the whole path for the page's.
  const eleventy = new Eleventy(relative(process.cwd(), docs), undefined, {
    quietMode: true,
    config(config) {
      config.setLibrary('md', createMarkdown({ root, docs }));
      config.addGlobalData(
        'permalink',
        () =>
          ({ page }: { readonly page: { readonly filePathStem: string } }) =>
            htmlPath(`${page.filePathStem}.md`),
      );
      config.addTemplate('adr/README.md', decisions);
      // What looks like a template in our pages is an example of something else.
      return { markdownTemplateEngine: false, templateFormats: ['md'] };
    },
  });
  return (await eleventy.toJSON()) as readonly Rendered[];
}

/** The list of decisions, which on GitHub is the folder itself. */
async function decisionsPage(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const lines = await Promise.all(
    files.map(async (file) => {
      const [, title = file] = /^# (.*)$/m.exec(await readFile(join(folder, file), 'utf8')) ?? [];
      return `- [${title}](${file})`;
    }),
  );
  return ['# Decisions', '', 'What was decided, and why.', '', ...lines, ''].join('\n');
}
