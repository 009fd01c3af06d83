import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nullLogger } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { openDonor } from '../../src/donors/open-donor.ts';
import { pluginDonors } from '../../src/donors/plugin-donors.ts';
import { realFolders } from '../../src/donors/real-folders.ts';
import type { Patience } from '../../src/plugins/apart/watch.ts';
import { askOnce } from '../plugins/ask-once.ts';
import { SHORT } from '../plugins/hostile-plugin.ts';
import { MANIFEST, NAME, writeDonor, type WrittenDonor } from './write-donor.ts';

const WANTED = { sha256: 'a'.repeat(64), size: 7 };

async function ask(given: WrittenDonor, patience?: Patience): Promise<unknown> {
  const part = { name: 'attic', plugin: given.plugin, manifest: MANIFEST };
  return askOnce(openDonor(part, { folders: [given.folder], logger: nullLogger, ...(patience && { patience }) }), (one) => one.find(WANTED, {}));
}

const CASES: readonly (readonly [what: string, find: string, says: RegExp, patience?: Patience])[] = [
  ['throws', 'throw new TypeError("x");', /TypeError: x/],
  ['loops', 'for (;;) {}', /no sign of life|did not answer/, SHORT],
  ['never answers', 'await new Promise(() => {});', /did not answer/, SHORT],
  ['ends its process', 'process.exit(0);', /exit code 0/],
  ['answers with 100 MB', 'return "x".repeat(1e8);', /a message of \d+ bytes/],
  ['answers with what is no path', 'return { path: folder };', /is no path/],
  ['answers with a path of a megabyte', 'return folder + "/x".repeat(5e5);', /is no path/],
  ['names a file elsewhere', 'return "/etc/passwd";', /not in its folders/],
  ['climbs out', 'return folder + "/../../etc/passwd";', /not in its folders/],
  ['names a folder that begins like its own', 'return folder + "-2/x";', /not in its folders/],
  ['names a relative path', 'return "weights";', /not in its folders/],
  ['names the memory of a process', 'return "/proc/self/mem";', /not in its folders/],
  ['reads the user’s other files', 'return (await import("node:fs")).readFileSync(folder + "/../secret", "utf8");', /ERR_ACCESS_DENIED|permission|restricted/i],
];

describe('a donor that', () => {
  it.for(CASES)('%s is named', async ([, find, says, patience]) => {
    await using given = await writeDonor(find);
    await writeFile(join(given.home, 'secret'), 'secret');
    const error = await ask(given, patience);
    expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringContaining(`${NAME} 1.0.0`) });
    expect(String(error)).toMatch(says);
  });

  it('names a file of its folder is believed that far, and never linked to', async () => {
    await using given = await writeDonor('return folder + "/x";');
    await writeFile(join(given.folder, 'x'), 'weights');
    expect(await ask(given)).toEqual({ path: join(given.folder, 'x'), tool: 'Attic', mayLink: false });
  });

  it.skipIf(process.platform === 'win32').each(['a link out', 'a device', 'a pipe', 'a folder', 'another size', 'gone'])(
    'names %s found nothing',
    async (kind) => {
      await using given = await writeDonor('return folder + "/x";');
      const path = join(given.folder, 'x');
      await writeFile(join(given.home, 'secret'), 'weights');
      if (kind === 'a link out') await symlink(join(given.home, 'secret'), path);
      if (kind === 'a device') await symlink('/dev/zero', path);
      if (kind === 'a pipe') execFileSync('mkfifo', [path]);
      if (kind === 'a folder') await mkdir(path);
      if (kind === 'another size') await writeFile(path, 'other weights');
      expect(await ask(given)).toBeUndefined();
    },
  );
});

describe('the folders of a donor', () => {
  it.skipIf(process.platform === 'win32')('are those that are there, and never the home directory, the disk or what is no files', async () => {
    await using given = await writeDonor('');
    const { home, folder } = given;
    const places: readonly (readonly [string, string])[] = [
      ['home', home],
      ['root', '/'],
      ['processes', '/proc/self'],
      ['devices', '/dev'],
      ['moved', folder],
    ];
    for (const [name, place] of places) await symlink(place, join(home, name));
    await writeFile(join(home, 'file'), '');
    await link(join(home, 'file'), join(home, 'file-2'));
    const names = ['.attic', 'none', 'file', 'file-2', ...places.map(([name]) => name)];
    expect(realFolders(names, home)).toEqual([folder, folder]);
  });

  it('are looked for before its code is loaded', async () => {
    await using given = await writeDonor('throw new Error("loaded");');
    const table = { usable: new Map([['attic', { name: 'attic', plugin: given.plugin, manifest: MANIFEST }]]), unusable: [], missing: [] };
    const [elsewhere] = pluginDonors(table, { home: join(given.home, 'none'), logger: nullLogger });
    expect(await elsewhere?.find(WANTED, {})).toBeUndefined();
    const [here] = pluginDonors(table, { home: given.home, logger: nullLogger });
    expect(await here?.find({ ...WANTED, sha256: '../x' }, {})).toBeUndefined();
    await expect(here?.find(WANTED, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
    await here?.close();
  });
});
