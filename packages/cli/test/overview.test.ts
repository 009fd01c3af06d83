import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIlab } from '@ilab/sdk';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { ilab, ilabJson } from './in-process.ts';

let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
});

const next = async (): Promise<readonly string[]> => ((await ilabJson([], world.env)).result as { readonly next: readonly string[] }).next;

function configure(text: string, version = '2.0.0'): void {
  mkdirSync(join(world.folder, 'config', 'instructlab'), { recursive: true });
  writeFileSync(join(world.folder, 'config', 'instructlab', 'config.yaml'), `version: ${version}\n${text}`);
}

it('alone says what to do where nothing is here yet, in half a screen', async () => {
  const { stdout, stderr, code } = await ilab([], world.env);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toMatch(/^No models are here yet\./);
  expect(stdout).toContain('ilab model chat');
  expect(stdout).toContain('instructlab/granite-7b-lab-GGUF:Q4_K_M');
  expect(stdout.trimEnd().split('\n').length).toBeLessThan(13);
  expect(await next()).toEqual(['ilab model chat', 'ilab config init', 'ilab model download REF', 'ilab model import --from huggingface']);
});

it('names the model that is here, and what lacks to run it', async () => {
  await ilab(['model', 'download', 'acme/b'], world.env);
  const name = 'huggingface.co/acme/b:main';
  expect((await ilab([], world.env)).stdout).toMatch(/^Here: 1 model, \d+ B\. /);
  expect(await next()).toEqual(['ilab engine install llama-cpp', `ilab model chat --model ${name}`, `ilab model serve --model ${name}`, 'ilab model list']);
  configure('chat: {model: acme/b}\n');
  expect(await next()).toContain('ilab model chat');
});

it('tells of what is broken, and of an older configuration', async () => {
  await ilab(['model', 'download', 'acme/b'], world.env);
  writeFileSync(join(world.folder, 'cache', 'instructlab', 'models', 'huggingface.co', 'acme', 'b', '.versions', 'x.json'), '{');
  configure('', '1.0.0');
  expect((await next()).slice(-2)).toEqual(['ilab doctor', 'ilab config migrate']);
});

it('tells of a server that runs', async () => {
  await using library = await createIlab({ env: world.env, home: world.env['HOME'] ?? '', dataDir: join(world.folder, 'data', 'ilab') });
  const models = [{ names: ['huggingface.co/acme/b:main', 'acme/b'], paths: ['/m'] }];
  const { end } = await library.servers.announce({ url: 'http://127.0.0.1:8123', since: new Date().toISOString(), needsKey: false, models });
  expect((await next())[0]).toBe('ilab model chat --endpoint-url http://127.0.0.1:8123/v1 --model huggingface.co/acme/b:main');
  await end();
  expect((await next())[0]).toBe('ilab model chat');
});

it('is shown by help, too', async () => {
  for (const args of [['help'], ['--help'], ['-h'], ['help', '--all']]) {
    const { stdout } = await ilab(args, world.env);
    expect(stdout, args.join(' ')).toMatch(/EXPLAINED\n +help references +How a model is named/);
    if (!args.includes('--all')) expect(stdout).not.toMatch(/^ {2}overview /m);
  }
});
