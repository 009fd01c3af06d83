import { dirname, normalize } from 'node:path';

/** Files of the site that are no pages. */
const OTHERS = ['config.schema.json'];

/** Links of a built site that lead nowhere: to a page, or to a part of one. Other sites are not asked. @param pages their HTML, by their path */
export function brokenLinks(pages: ReadonlyMap<string, string>): readonly string[] {
  return [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].flatMap(([, href = '']) => (leadsSomewhere(href, page, pages) ? [] : [`${page}: ${href}`])),
  );
}

function leadsSomewhere(href: string, from: string, pages: ReadonlyMap<string, string>): boolean {
  if (/^https?:/.test(href)) return true;
  const [path = '', anchor] = href.split('#');
  const target = path === '' ? from : normalize(`${dirname(from)}/${path}`);
  if (OTHERS.includes(target)) return true;
  const html = pages.get(target);
  return html !== undefined && (anchor === undefined || html.includes(` id="${decodeURIComponent(anchor)}"`));
}
