import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { type Envelope, ilabJson } from './in-process.ts';

/** A second or third model of a command: the same values, through the same resolver, whatever its flag is called. */
let world: OldWorld;
beforeAll(async () => {
  world = await createOldWorld();
  await world.reset();
  for (const name of ['acme/a:v1', 'acme/b:v2']) await call('model', 'download', name);
  mkdirSync(join(world.folder, 'config', 'instructlab'), { recursive: true });
  writeFileSync(join(world.folder, 'config', 'instructlab', 'config.yaml'), 'version: 2.0.0\nmodels: {aliases: {mine: acme/b:v2}}\n');
});
afterAll(() => world.close());

const call = (...args: string[]): Promise<Envelope> => ilabJson(args, world.env);

it.each<[command: string, flag: string]>([
  ['model chat --model MODEL', 'adapter'],
  ['model test --model MODEL', 'adapter'],
  ['model test --model MODEL', 'base-model'],
  ['model train --model MODEL', 'tokenizer'],
  ['model train --model MODEL', 'judge-model'],
  ['model evaluate --model MODEL', 'base-model'],
  ['model evaluate --model MODEL --benchmark mt_bench', 'judge-model'],
  ['data generate', 'teacher-model'],
  ['data generate --model MODEL', 'student-model'],
  ['rag ingest FOLDER', 'embedding-model'],
])('ilab %s --%s', async (command, flag) => {
  const words = command.replace('MODEL', world.model).replace('FOLDER', world.folder).split(' ');
  for (const value of ['a', 'acme/a:v1', 'a#Q4_K_M', 'b-Q8_0.gguf', 'mine', flag === 'adapter' ? world.adapter : world.model]) {
    const { path, reference } = (await call('model', 'path', value)).result as { path: string; reference: string };
    const { error } = await call(...words, `--${flag}`, value);
    const would = error?.details?.['would'] as { readonly models: Readonly<Record<string, unknown>> } | undefined;
    expect(would?.models[flag], `${value}: ${error?.message}`).toMatchObject({ path, reference });
  }
  expect((await call(...words, `--${flag}`, 'nobody')).error, flag).toMatchObject({ code: 'E_NOT_FOUND' });
  expect((await call(...words, `--${flag}`, 'a//b')).error, flag).toMatchObject({ code: 'E_BAD_REFERENCE' });
});
