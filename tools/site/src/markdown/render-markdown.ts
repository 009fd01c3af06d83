import { statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import MarkdownItClass, { type Env, type MarkdownIt } from 'markdown-it';
import { escapeHtml, renderCode } from './render-code.ts';
import { headingsOf } from './read-markdown.ts';
import { renderPicture } from './render-picture.ts';

/** Where files are shown that are no pages. */
const SOURCES = 'https://github.com/instructlab/ilab';

/** `--model`, `-m`. */
const OPTION = /^--?[a-z][a-z-]{0,30}$/i;

/** What the generator says of the page that is rendered. */
type Environment = Env & { readonly page?: { readonly filePathStem?: string } };

interface Folders {
  /** The repository. */
  readonly root: string;
  /** The documentation in it. */
  readonly docs: string;
}

/**
 * Markdown to HTML as the site needs it: headings have the anchors that GitHub gives them, links between pages lead to pages, links out of the
 * documentation to the sources, code is coloured, and Mermaid's diagrams are pictures.
 */
export function createMarkdown(folders: Folders): MarkdownIt {
  const markdown = new MarkdownItClass({ html: true });
  const { rules } = markdown.renderer;

  markdown.core.ruler.push('anchors', ({ tokens }) => {
    const headings = headingsOf(tokens);
    const opened = tokens.filter(({ type }) => type === 'heading_open');
    for (const [index, token] of opened.entries()) token.attrSet('id', headings[index]?.anchor ?? '');
  });
  rules['heading_close'] = (tokens, index, options, _env, self) => {
    const anchor = tokens[index - 2]?.attrGet('id') ?? '';
    const mark = tokens[index]?.tag === 'h1' ? '' : ` <a class="anchor" href="#${anchor}" aria-label="Link to this part">#</a>`;
    return `${mark}${self.renderToken(tokens, index, options)}`;
  };
  rules['table_open'] = () => '<div class="table"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  // The corner of a table that names nothing is no heading.
  rules['th_open'] = (tokens, index, options, _env, self) => (tokens[index + 1]?.content === '' ? '<td>' : self.renderToken(tokens, index, options));
  rules['th_close'] = (tokens, index, options, _env, self) => (tokens[index - 1]?.content === '' ? '</td>' : self.renderToken(tokens, index, options));
  rules['code_inline'] = (tokens, index) => {
    const { content = '' } = tokens[index] ?? {};
    return `<code${OPTION.test(content) ? ' class="option"' : ''}>${escapeHtml(content)}</code>`;
  };
  rules['fence'] = (tokens, index) => {
    const { info = '', content = '' } = tokens[index] ?? {};
    return info.trim() === 'mermaid' ? renderPicture(content) : renderCode(content, info.trim());
  };
  rules['link_open'] = (tokens, index, options, env: Environment | undefined, self) => {
    const token = tokens[index];
    token?.attrSet('href', pageLink(String(token.attrGet('href') ?? ''), env?.page?.filePathStem ?? '/README', folders));
    return self.renderToken(tokens, index, options);
  };
  return markdown;
}

/**
 * Where a link of the Markdown leads on the site.
 * @param page the page that it stands in, below the documentation, without its ending
 */
export function pageLink(target: string, page: string, { root, docs }: Folders): string {
  if (/^[a-z]+:|^#/.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const file = join(docs, dirname(page), path);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!relative(docs, file).startsWith('..')) {
    return (isFolder ? `${path.replace(/\/$/, '')}/index.html` : path.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html')) + hash;
  }
  return `${SOURCES}/${isFolder ? 'tree' : 'blob'}/main/${relative(root, file).split(sep).join('/')}${hash}`;
}
