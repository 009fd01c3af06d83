import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kind, type Names, UsageError } from './names.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** What the templates are called; all that says so is called by the new name. */
const EXAMPLE = { packageName: 'ilab-plugin-shelf', typeName: 'Shelf', name: 'shelf' } as const;

/** Files that npm leaves out of what it packs, or would take for its own; code that reads one has its path from the folder beside. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'package.template.json': 'package.json' };

/**
 * Where a new plugin would be written: a folder of its name that is empty or not there.
 * @throws UsageError where something is in the way
 */
export async function folderFor({ folder }: Names, parent: string): Promise<string> {
  const directory = join(parent, folder);
  const there = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(
      error.code === 'ENOTDIR' ? `${directory} is a file. Take another name, or go elsewhere.` : `${directory} can’t be used: ${error.message}`,
    );
  });
  if (there.length > 0) throw new UsageError(`${directory} is not empty. Take another name, or go elsewhere.`);
  return directory;
}

/**
 * Writes a new plugin into its folder.
 * @returns the folder
 * @throws UsageError where something is in the way
 */
export async function writePlugin(names: Names, { kind, parent }: { readonly kind: Kind; readonly parent: string }): Promise<string> {
  const directory = await folderFor(names, parent);
  const template = join(PACKAGE, 'templates', kind);
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const from = join(entry.parentPath, entry.name);
    const name = RENAMED[entry.name] ?? entry.name;
    const path = join(directory, entry.parentPath.slice(template.length), name);
    const text = rename(await readFile(from, 'utf8'), names);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, name === 'package.json' ? await withVersions(text) : text, { flag: 'wx' });
  }
  return directory;
}

function rename(text: string, names: Names): string {
  const keys = ['packageName', 'typeName', 'name'] as const;
  const settled = Object.entries(RENAMED).reduce((renamed, [from, to]) => renamed.replaceAll(`../${from}`, `../${to}`), text);
  return settled.replace(new RegExp(keys.map((key) => EXAMPLE[key]).join('|'), 'g'), (found) => names[keys.find((key) => EXAMPLE[key] === found) ?? 'name']);
}

/** Everything in the very versions that this package was made and tested with. */
async function withVersions(text: string): Promise<string> {
  const { devDependencies: known } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const json = JSON.parse(text) as Record<string, unknown>;
  for (const group of ['dependencies', 'devDependencies']) {
    const wanted = json[group] as Record<string, string> | undefined;
    if (wanted) json[group] = Object.fromEntries(Object.entries(wanted).map(([name, version]) => [name, known[name] ?? version]));
  }
  return `${JSON.stringify(json, null, 2)}\n`;
}
