import { readMarkdown } from './markdown/read-markdown.ts';

/** A part of the contents, with its pages. */
export interface Part {
  readonly title: string;
  readonly pages: readonly { readonly title: string; readonly path: string }[];
}

/**
 * The contents, as `docs/README.md` lists them: a heading for every part, and below it a list of pages. The site's menu is made of it, and
 * `npm run check` finds pages that are not in it.
 */
export function readContents(page: string): readonly Part[] {
  return page
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => {
      const { headings, links } = readMarkdown(text);
      const pages = links.filter(({ target }) => /^[a-z][\w/-]*(?:\.md)?$/.test(target));
      return { title: headings[0]?.text ?? '', pages: pages.map((link) => ({ title: link.text, path: pathOf(link.target) })) };
    })
    .filter(({ pages }) => pages.length > 0);
}

/** A folder stands for the list of what is in it. */
function pathOf(target: string): string {
  return target.endsWith('.md') ? target : `${target}/README.md`;
}
