import { join } from 'node:path';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLI,
  COMMAND_PLUGIN,
  commandPlugin,
  createWorkspace,
  mustRun,
  packPlugin,
  type PluginParts,
  root,
  startIlab,
  type Workspace,
  writePlugin,
} from '../src/index.ts';

const NAME = COMMAND_PLUGIN.name;
const FOLDER = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'safetensors');

let workspace: Workspace;
let hub: Hub;
let installed: string;
beforeAll(async () => {
  hub = await startHub({ models: await readModels(join(root, 'tools', 'demo', 'models')) });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  installed = await packPlugin(workspace, COMMAND_PLUGIN);
});
afterAll(async () => {
  await hub?.close();
  await workspace?.remove();
});

const ilab = (...args: readonly string[]) => workspace.ilab(args);
async function json(...args: readonly string[]): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
  return JSON.parse((await ilab(...args, '--json')).stdout) as { result?: unknown };
}

// One after the other, as somebody has it who adds a plugin, uses it, and takes it away.
describe('a plugin with commands', () => {
  it('is shown, and installed from an archive', async () => {
    const { code, stdout, stderr } = await ilab('plugins', 'install', installed, '--yes');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${NAME} 1.2.3: ilab acme report, ilab acme elsewhere, ilab acme wait long\n` });
    expect(stderr).toContain('ilab acme report in a process of its own, which reads the model that is named and no other files');
    expect(stderr).toContain('ilab acme elsewhere in a process of its own, without your files');
  });

  it('is listed with its commands, and where it came from', async () => {
    expect((await ilab('plugins', 'list')).stdout).toMatch(
      new RegExp(`^${NAME} +1\\.2\\.3 +ready +acme report, acme elsewhere, acme wait long +file:${installed}$`, 'm'),
    );
    expect((await json('plugins', 'list')).result).toMatchObject([
      { name: NAME, state: 'ready', from: `file:${installed}`, brings: ['acme report', 'acme elsewhere', 'acme wait long'] },
    ]);
  });

  it('works with a model that lies somewhere, a folder or a file', async () => {
    expect(await ilab('acme', 'report', '--model', FOLDER)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Report: \d+ bytes of safetensors\n$/),
      stderr: expect.stringMatching(/^looking at /),
    });
    const file = join(FOLDER, '..', 'ilab-demo-q8_0.gguf');
    expect((await ilab('acme', 'report', 'Mine', '--model', file, '--quiet')).stdout).toMatch(/^Mine: \d+ bytes of gguf\n$/);
  });

  it('works with a model of the store, which is fetched for it', async () => {
    const { result } = await json('acme', 'report', '--model', `${hub.host}/ilab/demo:v1`, '--depth', '3', '--style=short', '--loud');
    expect(result).toEqual({ flags: { depth: 3, style: 'short', loud: true }, args: {}, bytes: expect.any(Number), reference: `${hub.host}/ilab/demo:v1` });
    expect(await ilab('acme', 'report', '--model', 'demo:v1', '--offline')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${(result as { bytes: number }).bytes} bytes`),
    });
  });

  it('takes nothing from standard input', async () => {
    const line = `echo piped | "${process.execPath}" "${CLI}" acme report --model "${FOLDER}" --quiet`;
    expect(await mustRun('sh', ['-c', line], { env: workspace.env })).toMatch(/^Report: /);
  });

  it('prints one JSON document, whatever goes on', async () => {
    const { stdout, stderr } = await ilab('acme', 'report', '--model', FOLDER, '--json');
    expect([JSON.parse(stdout), stderr]).toMatchObject([{ ok: true, result: { args: {} }, warnings: [] }, '']);
    expect(await json('acme', 'report', '--model', 'nobody')).toMatchObject({ ok: false, error: { code: 'E_NOT_FOUND' } });
  });

  it('has help like any command', async () => {
    const flags = /^ +--depth=<value> +How deep to look\.$.*^ +--model=REF +\(required\) .*<options: long\|short>/ms;
    expect((await ilab('help', 'acme', 'report')).stdout).toMatch(flags);
    expect((await ilab('acme', 'report', '--help')).stdout).toMatch(flags);
    expect((await ilab('acme')).stdout).toMatch(new RegExp(`^Commands of ${NAME}\\.$.*^ +acme report +Reports on a model\\.$`, 'ms'));
    expect((await ilab('--help')).stdout).toMatch(new RegExp(`^ +acme +Commands of ${NAME}\\.$`, 'm'));
  });

  it('is completed where shells ask', async () => {
    const completed = async (...words: readonly string[]): Promise<readonly string[]> => (await ilab('complete', ...words)).stdout.trim().split('\n');
    expect(await completed('ac')).toEqual(['acme']);
    expect(await completed('acme', '')).toEqual(['elsewhere', 'report', 'wait']);
    expect(await completed('acme', 'report', '--style', '')).toEqual(['long', 'short']);
    expect(await completed('acme', 'report', '--')).toEqual(expect.arrayContaining(['--depth', '--json', '--loud', '--model', '--offline']));
    expect(await completed('acme', 'report', '--model', 'dem')).toContain('demo:v1');
  });

  it('can read nothing else', async () => {
    expect(await ilab('acme', 'elsewhere')).toMatchObject({
      code: 11,
      stderr: expect.stringMatching(/^Error \[E_PLUGIN_BROKEN\] The plugin ilab-plugin-acme 1\.2\.3 /),
    });
  });

  it('ends on Ctrl-C', async () => {
    const running = startIlab(workspace, ['acme', 'wait', 'long']);
    await running.says('still at it');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
  });

  it.each([
    ['model report', 'those of ilab itself', 'Tell its author'],
    ['acme other', `those of ${NAME}`, `ilab plugins uninstall ${NAME}`],
  ])('keeps its words: “%s” of another is refused', async (command, owner, hint) => {
    const refused = {
      code: 11,
      stderr: expect.stringMatching(new RegExp(`E_PLUGIN_BROKEN.*its command “${command}” begins as ${owner} do\\.\\n.*${hint}`, 's')),
    };
    const parts = commandPlugin('ilab-plugin-other', command);
    const added = command.startsWith('acme') ? ['install', await packPlugin(workspace, parts), '--yes'] : ['link', await writePlugin(workspace.home, parts)];
    expect(await ilab('plugins', ...added)).toMatchObject(refused);
    expect((await json('plugins', 'list')).result).toMatchObject([{ name: NAME }]);
  });

  it('is gone with its commands', async () => {
    expect(await ilab('plugins', 'uninstall', NAME)).toMatchObject({ code: 0 });
    const gone = {
      code: 2,
      stderr: 'Error [E_USAGE] There is no command “acme report”.\n  See ilab --help. Where a plugin brings it: ilab plugins install PACKAGE\n',
    };
    expect(await ilab('acme', 'report', '--model', FOLDER)).toMatchObject(gone);
    expect(await ilab('help', 'acme', 'report')).toMatchObject(gone);
    expect((await ilab('complete', 'ac')).stdout).toBe('');
    expect((await json('acme', 'report')).error).toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('ilab plugins install') });
  });
});

describe('a plugin that brings more than it shows', () => {
  const TEMPLATE = '<%= process.stderr.write("it ran") %>';
  const listed = (id: string, version = '1.2.3'): string =>
    JSON.stringify({ version, commands: { [id]: { id, summary: TEMPLATE, aliases: ['doctor', 'sneaky'], hiddenAliases: [], args: {}, flags: {} } } });
  const link = async (parts: PluginParts) => ilab('plugins', 'link', await writePlugin(workspace.home, { ...parts, name: 'ilab-plugin-sly' }));
  const loading = { name: 'ilab-plugin-sly', entry: 'export default {};', oclif: { commands: './dist/commands' } };

  it('in texts of help, has nothing run there', async () => {
    const oclif = { topics: { acme: { description: TEMPLATE }, model: { description: 'Mine' } } };
    await link({ ...commandPlugin('', 'acme report'), oclif, files: { 'oclif.manifest.json': listed('acme:sneaky') } });
    for (const args of [['--help'], ['acme', '--help'], ['model', '--help'], ['acme', 'sneaky', '--help']]) {
      const { stdout, stderr } = await ilab(...args);
      expect(`${stdout}${stderr}`).not.toMatch(/it ran|Mine|<%|% >|sneaky {2}/);
    }
    expect(await ilab('sneaky')).toMatchObject({ code: 2 });
  });

  it.each([
    ['the words of ilab', listed('model:list'), /“model list” begins as those of ilab itself do/],
    ['a list of another version, by which oclif does not go', listed('sly:run', '1.2.2'), /oclif\.manifest\.json of its version/],
  ])('in commands that oclif loads, is refused with %s', async (_what, list, says) => {
    expect(await link({ ...loading, files: { 'oclif.manifest.json': list } })).toMatchObject({ code: 11, stderr: expect.stringMatching(says) });
  });

  it('in commands that oclif loads, has them under their own names only', async () => {
    const run = 'export default class { static async run() { console.log("it ran"); } }';
    expect(await link({ ...loading, files: { 'oclif.manifest.json': listed('sly:run'), 'dist/commands/sly/run.js': run } })).toMatchObject({ code: 0 });
    expect(await ilab('sly', '--help')).toMatchObject({ stdout: expect.stringContaining('< %= process'), stderr: '' });
    expect(await ilab('sneaky')).toMatchObject({ code: 2 });
    expect((await ilab('sly', 'run')).stdout).toBe('it ran\n');
  });

  it('in a word that ilab has by now, is left without it', async () => {
    await link(commandPlugin('', 'early report'));
    await writePlugin(workspace.home, commandPlugin('ilab-plugin-sly', 'store report'));
    expect((await ilab('store', '--help')).stdout).toMatch(/^The directory that models are kept in\./);
    expect(await ilab('store', 'report')).toMatchObject({ code: 2 });
    expect((await ilab('complete', 'store', 'rep')).stdout).toBe('');
  });
});
