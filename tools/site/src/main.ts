import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenLinks } from './broken-links.ts';
import { buildSite } from './build-site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const output = fileURLToPath(new URL('../dist', import.meta.url));
const pages = await buildSite(root, output);
const broken = brokenLinks(pages);
for (const link of broken) process.stderr.write(`broken link: ${link}\n`);
if (broken.length > 0) process.exitCode = 1;
process.stdout.write(`${pages.size} pages in ${relative(process.cwd(), output)}; open ${relative(process.cwd(), output)}/index.html\n`);
