import type { Part } from './contents.ts';
import { escapeHtml } from './markdown/render-code.ts';

export interface PageParts {
  readonly title: string;
  /** Below the documentation: `store.html`, `adr/0001-….html`. */
  readonly path: string;
  /** The page itself, rendered. */
  readonly html: string;
  readonly contents: readonly Part[];
}

/** A whole page: the contents beside it, a search field, and links to what comes before and after. Nothing of it comes from another server. */
export function layOut({ title, path, html, contents }: PageParts): string {
  const up = '../'.repeat(path.split('/').length - 1);
  const links = contents.flatMap(({ pages }) => pages).map((page) => ({ title: page.title, href: htmlPath(page.path) }));
  const here = links.findIndex(({ href }) => href === path);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === 'ilab' ? 'ilab' : `${escapeHtml(title)} · ilab`}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}assets/style.css">
<script defer src="${up}assets/minisearch.js"></script>
<script defer src="${up}assets/search.js" data-up="${up}"></script>
<script defer src="${up}assets/page.js"></script>
</head>
<body>
<a class="skip" href="#page">To the text</a>
<header>
<a class="home" href="${up}index.html">ilab</a>
<input id="query" type="search" placeholder="Search" aria-label="Search" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="found">
<ol id="found" hidden></ol>
</header>
<div class="frame">
<nav aria-label="Contents">
<details open>
<summary>Contents</summary>
${contents.map((part) => menuPart(part, path, up)).join('\n')}
</details>
</nav>
<main id="page">
${html}
${footer([links[here - 1], here === -1 ? undefined : links[here + 1]], up)}
</main>
</div>
</body>
</html>
`;
}

/** Where a page of the documentation is on the site. */
export function htmlPath(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html');
}

function menuPart({ title, pages }: Part, path: string, up: string): string {
  const items = pages.map((page) => {
    const href = htmlPath(page.path);
    return `<li><a href="${up}${href}"${href === path ? ' aria-current="page"' : ''}>${escapeHtml(page.title)}</a></li>`;
  });
  return `<h2>${escapeHtml(title)}</h2>\n<ul>${items.join('')}</ul>`;
}

type Neighbour = { readonly title: string; readonly href: string } | undefined;

function footer([before, after]: readonly [Neighbour, Neighbour], up: string): string {
  const link = (page: Neighbour, rel: string) => (page ? `<a rel="${rel}" href="${up}${page.href}">${escapeHtml(page.title)}</a>` : '<span></span>');
  return before || after ? `<footer>${link(before, 'prev')}${link(after, 'next')}</footer>` : '';
}
