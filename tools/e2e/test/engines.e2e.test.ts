import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, mustRun, packAll, root, run, type Workspace } from '../src/index.ts';

/** What a program does with an engine that the command line installed. */
const PROGRAM = `
import { createIlab, installedPlugins } from '@ilab/sdk';
await using ilab = await createIlab({ plugins: await installedPlugins() });
const plan = await ilab.engines.plan({ model: process.argv[1], arguments: ['--tensor-parallel-size', '2'] });
const session = await ilab.engines.start(plan, { purpose: 'e2e' });
const { data } = await (await fetch(session.endpoint + '/models', { headers: session.headers })).json();
await session.end();
const { asked } = await session.ended;
process.stdout.write(JSON.stringify({ engine: plan.engine, because: plan.because, names: data.map(({ id }) => id), asked }));
`;

let workspace: Workspace;
let archives: readonly string[] = [];
beforeAll(async () => {
  workspace = await createWorkspace();
  // Published, the plugin would bring the other two by their names.
  archives = await packAll(['packages/core', 'packages/programs', 'packages/plugin-api', 'plugins/vllm']);
});
afterAll(async () => {
  await workspace?.remove();
  for (const archive of archives.slice(0, 1)) await rm(dirname(archive), { recursive: true, force: true });
});

async function listed(): Promise<readonly (readonly [string, string])[]> {
  const { stdout } = await workspace.ilab(['engine', 'list', '--json']);
  const { result } = JSON.parse(stdout) as { readonly result: readonly { readonly engine: string; readonly state: string }[] };
  return result.map(({ engine, state }) => [engine, state]);
}

describe.skipIf(process.platform !== 'linux')('an engine', () => {
  it('comes as it would be published, and runs a model for a program', async () => {
    expect(await listed()).toContainEqual(['vllm', 'missing']);
    expect(await workspace.ilab(['plugins', 'install', '--yes', ...archives])).toMatchObject({ code: 0, stdout: expect.stringContaining('engine vllm') });
    expect(await workspace.ilab(['engine', 'install', 'vllm'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^vllm is there: @ilab\/plugin-vllm /),
    });
    expect(await listed()).toContainEqual(['vllm', 'ready']);

    const model = await safetensors(join(workspace.home, 'model'));
    const bin = await standIn(join(workspace.home, 'bin'));
    const env = { ...workspace.env, PATH: `${bin}:${process.env['PATH']}`, STAND_IN_RECORD: join(workspace.home, 'call.json') };
    const stdout = await mustRun(process.execPath, ['--input-type=module', '-e', PROGRAM, model], { cwd: join(root, 'tools', 'e2e'), env });
    expect(JSON.parse(stdout)).toEqual({ engine: 'vllm', because: `It runs safetensors. It is ${join(bin, 'vllm')}.`, names: [model], asked: true });
  });

  it('is taken away again', async () => {
    expect(await workspace.ilab(['engine', 'uninstall', 'vllm'])).toMatchObject({ code: 0 });
    expect(await listed()).toContainEqual(['vllm', 'missing']);
    const told = await run(process.execPath, ['--input-type=module', '-e', PROGRAM, join(workspace.home, 'model')], {
      cwd: join(root, 'tools', 'e2e'),
      env: workspace.env,
    });
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('E_PLUGIN_MISSING') });
  });
});

async function safetensors(folder: string): Promise<string> {
  await mkdir(folder);
  const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(join(folder, 'model.safetensors'), Buffer.concat([length, header, Buffer.alloc(4)]));
  await writeFile(join(folder, 'config.json'), '{"model_type":"llama"}');
  return folder;
}

/** A program called vllm, which takes its options and serves. */
async function standIn(folder: string): Promise<string> {
  await mkdir(folder);
  const source = join(root, 'plugins', 'vllm', 'test', 'stand-in.ts');
  await writeFile(join(folder, 'vllm'), `#!/bin/sh\nexec "${process.execPath}" --conditions=@ilab/source "${source}" "$@"\n`);
  await chmod(join(folder, 'vllm'), 0o755);
  return folder;
}
