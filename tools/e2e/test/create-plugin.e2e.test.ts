import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  AUTHORS_PACKAGES,
  createWorkspace,
  lacking,
  layOutModules,
  mustRun,
  packAll,
  type PackageRegistry,
  startPackageRegistry,
  startTerminal,
  type Terminal,
  type Workspace,
} from '../src/index.ts';

const LACKS = lacking('tmux');
const KIND = /What does it bring: registry, engine, runner\b.*\? \(registry\)/;
const NAME = 'What is it called (shelf, or @you/shelf)?';

describe.skipIf(LACKS)(`npm create ilab-plugin at a terminal${LACKS ? ` (${LACKS})` : ''}`, () => {
  let workspace: Workspace;
  let packages: PackageRegistry;
  let archives: readonly string[] = [];
  let env: Readonly<Record<string, string | undefined>>;
  let terminal: Terminal;
  beforeAll(async () => {
    workspace = await createWorkspace();
    archives = await packAll(AUTHORS_PACKAGES);
    packages = await startPackageRegistry(archives);
    env = {
      ...workspace.env,
      PATH: [dirname(process.execPath), process.env['PATH']].join(':'),
      npm_config_registry: packages.url,
      npm_config_cache: join(workspace.home, 'npm'),
      npm_config_update_notifier: 'false',
      NO_COLOR: '1',
    };
  });
  afterEach(() => terminal.close());
  afterAll(async () => {
    await packages?.close();
    await workspace?.remove();
    for (const archive of archives.slice(0, 1)) await rm(dirname(archive), { recursive: true, force: true });
  });

  /** Starts it in an empty folder, as a person would. */
  async function start(name: string, ...args: readonly string[]): Promise<string> {
    const cwd = join(workspace.home, name);
    await mkdir(cwd);
    terminal = await startTerminal(['npm', 'create', 'ilab-plugin@latest', ...args], { env, cwd });
    return cwd;
  }

  it('takes the answers of somebody who errs, and writes a plugin whose tests pass', async () => {
    const cwd = await start('errs');
    await terminal.shows('Ok to proceed? (y)');
    await terminal.type('y', 'Enter');
    await terminal.shows(KIND);
    await terminal.type('teapot', 'Enter');
    await terminal.shows(/“teapot” is no kind of plugin\. There are: registry, engine, runner\b/);
    await terminal.type('Runner', 'Enter');
    await terminal.shows(NAME);
    await terminal.type('Enter');
    await terminal.shows('It needs a name.');
    await terminal.type('My Coach', 'Enter');
    await terminal.shows('“My Coach” can’t be a name: take my-coach.');
    await terminal.type('trl', 'Enter');
    await terminal.shows('“trl” belongs to ilab itself. Take another name.');
    await terminal.type('my-coach', 'Enter');
    const screen = await terminal.shows('ended with 0');
    expect(screen).toContain('ilab-plugin-my-coach is in ilab-plugin-my-coach. What comes next:\n\n  cd ilab-plugin-my-coach\n  npm install\n  npm test\n');
    const directory = join(cwd, 'ilab-plugin-my-coach');
    expect(JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))).toMatchObject({ ilab: { runners: [{ runner: 'my-coach' }] } });
    await layOutModules(directory, archives);
    expect(await mustRun('npm', ['test'], { cwd: directory, env })).toMatch(/Tests +[1-9]\d* passed/);
  });

  it('asks again where a folder is in the way, and leaves that as it was; an empty line is the kind that is most wanted', async () => {
    const cwd = await start('full', '--yes');
    await mkdir(join(cwd, 'ilab-plugin-full'));
    await writeFile(join(cwd, 'ilab-plugin-full', 'mine.txt'), 'mine');
    await terminal.shows(KIND);
    await terminal.type('Enter');
    await terminal.shows(NAME);
    await terminal.type('full', 'Enter');
    await terminal.shows('is not empty. Take another name, or go elsewhere.');
    await terminal.type('@you/other', 'Enter');
    await terminal.shows('ended with 0');
    expect(await readdir(join(cwd, 'ilab-plugin-full'))).toEqual(['mine.txt']);
    const written = JSON.parse(await readFile(join(cwd, 'ilab-plugin-other', 'package.json'), 'utf8')) as object;
    expect(written).toMatchObject({ name: '@you/ilab-plugin-other', ilab: { registries: [{ source: 'other' }] } });
  });

  it.each([
    ['C-c', 'Ctrl-C'],
    ['C-d', 'Ctrl-D'],
  ])('writes nothing after %s', async (key) => {
    const cwd = await start(key, '--yes', '--', '--kind', 'engine');
    expect(await terminal.shows(NAME)).not.toMatch(KIND);
    await terminal.type('half', key);
    // What was typed on the line is no answer; of Ctrl-D it is the end only where nothing stands.
    if (key === 'C-d') await terminal.type('C-u', 'C-d');
    expect(await terminal.shows('ended with 130')).toContain('Nothing was written.');
    expect(await readdir(cwd)).toEqual([]);
  });
});
