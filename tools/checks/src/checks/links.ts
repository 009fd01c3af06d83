import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readContents } from '@ilab/site/contents';
import type { Check } from '../check.ts';
import { type Page, readPages } from '../documents/pages.ts';

const CONTENTS = 'docs/README.md';
/** The same files at their home, for pages that are read away from it. */
const HOME = /^https:\/\/github\.com\/instructlab\/ilab\/(?:blob|tree)\/main\//;

/** Every link between pages leads somewhere, also to the part that it names, and every page of the documentation is in its contents. Other sites are not asked. */
export const links: Check = {
  name: 'links',
  async run(root) {
    const pages = new Map((await readPages(root)).map((page) => [page.path, page]));
    return [...[...pages.values()].flatMap((page) => brokenLinks(page, { root, pages })), ...notInContents(root, [...pages.keys()])];
  },
};

function brokenLinks({ path, links: targets }: Page, { root, pages }: { readonly root: string; readonly pages: ReadonlyMap<string, Page> }): readonly string[] {
  return targets.flatMap(({ target, line }) => {
    const wrong = problemOf(target, path, { root, pages });
    return wrong === undefined ? [] : [`${path}:${line}: ${target} ${wrong}`];
  });
}

function problemOf(target: string, from: string, { root, pages }: { readonly root: string; readonly pages: ReadonlyMap<string, Page> }): string | undefined {
  const home = HOME.test(target);
  if (!home && /^[a-z]+:/i.test(target)) return URL.canParse(target) ? undefined : 'is no address';
  const [path = '', anchor] = target.replace(HOME, '').split('#');
  const file = home ? path : path === '' ? from : normalize(join(dirname(from), path));
  if (file.startsWith('..') || !existsSync(join(root, file))) return 'is not there';
  if (anchor === undefined || /^L\d+(?:-L\d+)?$/.test(anchor)) return undefined;
  const page = pages.get(file);
  if (page === undefined) return 'names a part of what is no page';
  return page.headings.some((heading) => heading.anchor === anchor) ? undefined : 'names a part that is not there';
}

function notInContents(root: string, paths: readonly string[]): readonly string[] {
  const listed = new Set(readContents(readFileSync(join(root, CONTENTS), 'utf8')).flatMap(({ pages }) => pages.map(({ path }) => `docs/${path}`)));
  return paths.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== CONTENTS && !listed.has(path)).map((path) => `${path} is not in ${CONTENTS}`);
}
