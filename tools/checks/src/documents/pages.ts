import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MarkdownPage, readMarkdown } from '@ilab/site/markdown';
import { trackedFiles } from '../repository.ts';

/** A page that people read. */
export interface Page extends MarkdownPage {
  /** Relative to the root. */
  readonly path: string;
}

/** All Markdown of the repository but what is written for changelogs, what tests read, and the report of the plugin API. */
export async function readPages(root: string): Promise<readonly Page[]> {
  const paths = (await trackedFiles(root)).filter(
    (path) => path.endsWith('.md') && !/^\.changeset\/|(?:^|\/)(?:test|templates?)\/|CHANGELOG\.md$|\.api\.md$/.test(path),
  );
  return paths.map((path) => ({ path, ...readMarkdown(readFileSync(join(root, path), 'utf8')) }));
}
