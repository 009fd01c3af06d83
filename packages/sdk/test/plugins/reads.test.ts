import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryProblem } from '../../src/plugins/registry-problem.ts';
import { hostile, MANIFEST, REFERENCE } from './hostile-plugin.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-reads-'));
  await mkdir(join(home, '.shelf', 'deep'), { recursive: true });
  for (const name of ['keys', 'other', 'deep/one']) await writeFile(join(home, '.shelf', name), `of ${name}`);
  await symlink(join(home, '.shelf', 'keys'), join(home, '.shelf', 'link'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** What a source that declares this sees, of two variables and of a file. */
async function seen(reads: NonNullable<(typeof MANIFEST)['reads']>, file: string): Promise<string> {
  const path = JSON.stringify(join(home, '.shelf', file));
  const look = `let text; try { text = readFileSync(${path}, 'utf8'); } catch (error) { text = error.code; }`;
  const open = await hostile({
    head: 'import { readFileSync } from "node:fs";',
    registry: `resolve: async () => { ${look} return { ...good, notices: [JSON.stringify([context.env, text])] }; },`,
    manifest: { reads },
    context: { home, env: { SHELF_KEY: 'a', OTHER_KEY: 'b' } },
  });
  await using opened = open;
  const { notices } = await (await opened.registry()).resolve(REFERENCE, {});
  return notices?.[0] ?? '';
}

describe('a source apart', () => {
  it('sees nothing that its manifest does not name', async () => {
    expect(await seen({}, 'keys')).toBe('[{},"ERR_ACCESS_DENIED"]');
  });

  it('sees the variables and files that it names, and no others', async () => {
    const reads = { env: ['SHELF_KEY', 'SHELF_NONE'], home: ['.shelf/keys', '.shelf/link', '.shelf/none'] };
    expect(await seen(reads, 'keys')).toBe('[{"SHELF_KEY":"a"},"of keys"]');
    expect(await seen(reads, 'link')).toContain('"of keys"');
    expect(await seen(reads, 'other')).toContain('"ERR_ACCESS_DENIED"');
  });

  it('does not get a folder by naming one', async () => {
    expect(await seen({ home: ['.shelf', '.shelf/deep'] }, 'deep/one')).toContain('"ERR_ACCESS_DENIED"');
  });
});

it.each([{ env: ['SHELF_KEY'], home: ['.shelf/keys'] }, { env: ['AWS_PROFILE'], home: ['.aws/config'] }, {}])('%j may be read', (reads) => {
  expect(registryProblem({ ...MANIFEST, entry: './dist/index.js', reads })).toBeUndefined();
});

it.each([
  null,
  [],
  { env: 'SHELF_KEY' },
  { env: ['shelf key'] },
  { env: ['HF_TOKEN'] },
  { env: ['HUGGING_FACE_HUB_TOKEN'] },
  { env: ['DOCKER_AUTH_CONFIG'] },
  { env: ['NODE_OPTIONS'] },
  { env: Array.from({ length: 33 }, (_, index) => `SHELF_${index}`) },
  { home: ['/etc/passwd'] },
  { home: ['../other/.shelf'] },
  { home: ['.shelf/../.ssh/id'] },
  { home: ['.shelf/*'] },
  { home: ['.shelf,/etc'] },
  { home: ['.docker/config.json'] },
  { home: ['.ssh/id_ed25519'] },
  { home: ['.cache/huggingface/token'] },
  { home: ['.config/instructlab/config.yaml'] },
])('%j may not', (reads) => {
  expect(registryProblem({ ...MANIFEST, entry: './dist/index.js', reads })).toMatch(/“reads” of hostile/);
});
