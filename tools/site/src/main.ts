import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './build-site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const output = fileURLToPath(new URL('../dist', import.meta.url));
const pages = await buildSite(root, output);
process.stdout.write(`${pages.length} pages in ${relative(process.cwd(), output)}; open ${relative(process.cwd(), output)}/index.html\n`);
