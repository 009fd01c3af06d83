import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials } from './bill-of-materials.ts';
import { installInto } from './install.ts';
import { foldersBehind, packFolders } from './pack.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [file = 'ilab.cdx.json'] = process.argv.slice(2);

/** Writes the bill of materials of the command line, as an install of its packed packages has it. They have to be built. */
const project = await mkdtemp(join(tmpdir(), 'ilab-bill-'));
const archives = await packFolders(foldersBehind(root, '@ilab/cli'));
try {
  await installInto(project, archives);
  const bill = await billOfMaterials(project);
  await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`${file}: ${bill.components.length} packages\n`);
} finally {
  for (const directory of [project, dirname(archives[0] ?? join(project, 'x'))]) await rm(directory, { recursive: true, force: true });
}
