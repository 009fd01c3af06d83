import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { IlabError } from '@ilab/sdk';
import { textOfHtml } from './html-text.ts';

/** How a kind of file becomes text, by the ending of its name. */
const READERS: Readonly<Record<string, (text: string) => string>> = {
  '.md': (text) => text,
  '.markdown': (text) => text,
  '.txt': (text) => text,
  '.html': textOfHtml,
  '.htm': textOfHtml,
};

/** In bytes: a long book has two million. */
const LARGEST = 16 * 1024 * 1024;
const MOST = 10_000;
const DEEPEST = 32;

/** Files to read, and roots that they were found below. */
export interface FoundDocuments {
  /** Absolute and real, in an order that is always the same. */
  readonly paths: readonly string[];
  readonly roots: readonly string[];
  /** Files that were named and are of no kind that is read. */
  readonly skipped: readonly string[];
}

/**
 * Files that were named, and of folders all that can be read. Links in folders are not followed, and what is hidden is left out.
 * @throws IlabError E_NOT_FOUND; E_USAGE for more than can be meant
 */
export async function findDocuments(given: readonly string[]): Promise<FoundDocuments> {
  const roots: string[] = [];
  const paths = new Set<string>();
  const skipped: string[] = [];
  for (const one of given) {
    const root = await realpath(one).catch((cause: unknown) => {
      throw new IlabError('E_NOT_FOUND', `There is no document ${one}.`, { hint: 'Name files, or folders of them.', cause });
    });
    roots.push(root);
    if ((await lstat(root)).isDirectory()) await walk(root, paths);
    else if (isRead(root)) paths.add(root);
    else skipped.push(root);
  }
  return { paths: [...paths].sort(), roots, skipped };
}

async function walk(folder: string, found: Set<string>, depth = 0): Promise<void> {
  if (depth > DEEPEST) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, found, depth + 1);
    else if (entry.isFile() && isRead(path)) found.add(path);
    if (found.size > MOST) throw new IlabError('E_USAGE', `There are more than ${MOST} documents below ${folder}.`, { hint: 'Name fewer at once.' });
  }
}

/** The text of one. @throws IlabError E_USAGE when it is too large, or no text */
export async function readDocument(path: string): Promise<string> {
  const { size } = await lstat(path);
  if (size > LARGEST) throw new IlabError('E_USAGE', `${path} has more than ${LARGEST} bytes.`, { hint: 'Cut it into parts.' });
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  if (text.includes('\0')) throw new IlabError('E_USAGE', `${path} is no text.`, { hint: 'Name Markdown, plain text or HTML.' });
  return READERS[extname(path).toLowerCase()]?.(text) ?? text;
}

function isRead(path: string): boolean {
  return Object.hasOwn(READERS, extname(path).toLowerCase());
}
