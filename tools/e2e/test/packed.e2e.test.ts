import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Hub, readModels, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_PACKAGES, createWorkspace, mustRun, packAll, root, run, SDK_PACKAGES, type Workspace } from '../src/index.ts';

/** The command line as users get it: packed, and installed by npm into an empty prefix. */
describe('a global install', () => {
  let prefix: string;
  let archives: readonly string[];
  let hub: Hub;
  let workspace: Workspace;

  beforeAll(async () => {
    prefix = await mkdtemp(join(tmpdir(), 'ilab-prefix-'));
    archives = await packAll(CLI_PACKAGES);
    workspace = await createWorkspace();
    const npm = ['install', '--global', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(prefix, 'npm-cache')];
    await mustRun('npm', [...npm, ...archives], { env: process.env });
    hub = await startHub({ models: await readModels(join(root, 'tools', 'demo', 'models')) });
  });
  afterAll(async () => {
    await hub?.close();
    await workspace?.remove();
    for (const directory of [prefix, dirname(archives[0] ?? join(prefix, 'x'))]) await rm(directory, { recursive: true, force: true });
  });

  const ilab = (...args: string[]) => run(join(prefix, 'bin', 'ilab'), args, { cwd: workspace.home, env: { ...workspace.env, HF_ENDPOINT: hub.url } });

  it('gives `ilab`, with its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'packages', 'cli', 'package.json'), 'utf8')) as { version: string };
    expect(await ilab('--version')).toMatchObject({ code: 0, stdout: expect.stringContaining(`/${version} `) });
  });

  it('finds both sources, without private doors', async () => {
    const { stdout } = await ilab('registry', 'list', '--json');
    const { result } = JSON.parse(stdout) as { result: { source: string; state: string }[] };
    expect(result.map(({ source, state }) => [source, state])).toEqual([
      ['hf', 'ready'],
      ['oci', 'ready'],
    ]);
  });

  it('downloads from both, large files hashed in a thread of its own, and lists', async () => {
    expect(await ilab('model', 'download', `${hub.host}/ilab/demo:v1`, 'hf://ilab/demo:main')).toMatchObject({ code: 0 });
    const { stdout } = await ilab('model', 'list');
    expect(stdout).toMatch(/ilab\/demo\s+v1\s/);
    expect(stdout).toMatch(/huggingface\.co\/ilab\/demo\s+main\s/);
  });

  it('prints help that fits, with an example of every command', async () => {
    const { stdout } = await ilab('model', 'download', '--help');
    expect(stdout).toContain('$ ilab model download quay.io/');
    expect(stdout).toContain('--model=REF');
  });

  it('says which command brings a source that is not there', async () => {
    const without = await mkdtemp(join(tmpdir(), 'ilab-without-'));
    try {
      await mkdir(join(without, 'lib'));
      await mustRun('cp', ['-r', join(prefix, 'lib', 'node_modules'), join(without, 'lib')], { env: process.env });
      await rm(join(without, 'lib', 'node_modules', '@ilab', 'plugin-oci'), { recursive: true });
      const outcome = await run(
        process.execPath,
        [join(without, 'lib', 'node_modules', '@ilab', 'cli', 'bin', 'run.js'), 'model', 'download', 'quay.io/a/b:v1'],
        { env: workspace.env },
      );
      expect(outcome).toMatchObject({ code: 11, stderr: expect.stringContaining('ilab plugins install @ilab/plugin-oci') });
    } finally {
      await rm(without, { recursive: true, force: true });
    }
  });
});

/** The library as programs get it: in a project with nothing else in it. */
describe('the library, installed', () => {
  it('downloads, and hashes large files in a thread of its own', async () => {
    const project = await mkdtemp(join(tmpdir(), 'ilab-project-'));
    const archives = await packAll(SDK_PACKAGES);
    const content = Buffer.alloc(70 * 1024 * 1024, 7);
    const hub = await startHub({ models: [{ repository: 'acme/big', versions: new Map([['v1', snapshotOf({ 'model.gguf': content })]]) }] });
    try {
      await writeFile(join(project, 'package.json'), '{"type":"module"}');
      const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(project, 'npm-cache')];
      await mustRun('npm', [...npm, ...archives], { cwd: project, env: process.env });
      await writeFile(
        join(project, 'main.js'),
        `import { createIlab } from '@ilab/sdk';
const ilab = await createIlab();
const { bytes, path } = await ilab.models.download({ reference: '${hub.host}/acme/big:v1' });
console.log(JSON.stringify({ bytes, path }));
await ilab.close();
`,
      );
      const stdout = await mustRun(process.execPath, ['main.js'], { cwd: project, env: { PATH: process.env['PATH'], HOME: project } });
      expect(JSON.parse(stdout)).toMatchObject({ bytes: content.length, path: expect.stringContaining(join(project, '.cache', 'instructlab', 'models')) });
    } finally {
      await hub.close();
      for (const directory of [project, dirname(archives[0] ?? join(project, 'x'))]) await rm(directory, { recursive: true, force: true });
    }
  });
});
