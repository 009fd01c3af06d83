import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  findProgram,
  lacking,
  mustRun,
  type RealServer,
  startDistribution,
  startDockerRegistry,
  startOlareg,
  storeOf,
  type Workspace,
} from '../src/index.ts';

type Downloaded = { readonly reference: string; readonly path: string; readonly revision: string; readonly fetched: number };
type Listed = { readonly models: readonly { readonly reference: string; readonly revision: string; readonly path: string }[] };

/** What is looked at is on our side of them; two that nobody made together are enough but for the full run. */
const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry },
  { name: 'registry', start: startDistribution },
  ...(process.env['ILAB_TEST_FULL'] === '1' ? [{ name: 'olareg', start: startOlareg }] : []),
];

for (const { name, start } of SERVERS) {
  const reason = lacking(name, 'oras');
  describe.skipIf(reason !== undefined)(`models side by side, from ${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let one: RealServer;
    let two: RealServer;
    let workspace: Workspace;
    const paths = new Map<string, string>();
    let first: Downloaded;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-side-'));
      one = await start({ directory: await mkdtemp(join(directory, 'one-')) });
      two = await start({ directory: await mkdtemp(join(directory, 'two-')) });
      workspace = await createWorkspace();
      await push(`${one.host}/acme/model:v1`, 'the first');
      await push(`${one.host}/acme/model:v2`, 'the second');
      await push(`${one.host}/other/model:v1`, 'of others');
      await push(`${one.host}/acme/deep/er/model:v1`, 'deeper');
      await push(`${two.host}/acme/model:v1`, 'at another port');
    });
    afterAll(async () => {
      await one?.stop();
      await two?.stop();
      await workspace?.remove();
      await rm(directory, { recursive: true, force: true });
    });

    async function push(reference: string, content: string): Promise<void> {
      await writeFile(join(directory, 'model.gguf'), content);
      await mustRun(findProgram('oras') ?? '', ['push', '--plain-http', reference, 'model.gguf:application/octet-stream'], {
        cwd: directory,
        env: process.env,
      });
    }

    async function ask<T>(...args: readonly string[]): Promise<T> {
      const { stdout, stderr } = await workspace.ilab(['model', ...args, '--json']);
      const answer = JSON.parse(stdout) as { readonly ok: boolean; readonly result: T };
      expect(answer.ok, stdout + stderr).toBe(true);
      return answer.result;
    }

    /** Downloads, and holds what every command says of it against each other. */
    async function bring(reference: string, content: string): Promise<Downloaded> {
      const [downloaded] = await ask<[Downloaded]>('download', reference);
      const [host = '', ...segments] = reference.split(/[/@]|:(?=v\d$)/);
      const repository = segments.slice(0, -1);
      const folder = join(storeOf(workspace), host.replace(':', '%3A'), ...repository, `@${downloaded.revision.replace(':', '-')}`);
      expect(downloaded.path).toBe(join(folder, 'model.gguf'));
      expect(readFileSync(downloaded.path, 'utf8')).toBe(content);
      paths.set(reference, downloaded.path);
      return downloaded;
    }

    async function allAreRight(expected: Readonly<Record<string, string>>): Promise<void> {
      for (const [reference, content] of Object.entries(expected)) {
        const { path, revision } = await ask<{ path: string; revision: string }>('path', reference);
        expect([reference, readFileSync(path, 'utf8')]).toEqual([reference, content]);
        expect(path).toBe(paths.get(reference));
        expect(await ask('inspect', reference)).toMatchObject({ revision, path, files: [{ path: 'model.gguf', here: true }] });
      }
      const { models } = await ask<Listed>('list');
      const standing = Object.keys(expected).filter((reference) => !reference.includes('@'));
      expect(models.map(({ reference }) => reference).filter((reference) => !reference.includes('@'))).toEqual(expect.arrayContaining(standing));
      const { checked, bad, missing, skipped } = await ask<Record<'bad' | 'missing' | 'skipped', unknown[]> & { checked: number }>('verify', '--all');
      expect({ checked, bad, missing, skipped }).toEqual({ checked: new Set(Object.values(expected)).size, bad: [], missing: [], skipped: [] });
    }

    it('have places of their own: tags, repositories of one last name, ports', async () => {
      first = await bring(`${one.host}/acme/model:v1`, 'the first');
      await bring(`${one.host}/acme/model:v2`, 'the second');
      await bring(`${one.host}/other/model:v1`, 'of others');
      await bring(`${one.host}/acme/deep/er/model:v1`, 'deeper');
      await bring(`${two.host}/acme/model:v1`, 'at another port');
      expect(new Set([...paths.values()].map(dirname)).size).toBe(5);
      await allAreRight({
        [`${one.host}/acme/model:v1`]: 'the first',
        [`${one.host}/acme/model:v2`]: 'the second',
        [`${one.host}/other/model:v1`]: 'of others',
        [`${one.host}/acme/deep/er/model:v1`]: 'deeper',
        [`${two.host}/acme/model:v1`]: 'at another port',
      });
    });

    it('are asked for again where a name fits several', async () => {
      const { code, stderr } = await workspace.ilab(['model', 'path', 'model:v1']);
      expect(code).toBe(4);
      for (const candidate of [`${one.host}/acme/model:v1`, `${one.host}/other/model:v1`, `${two.host}/acme/model:v1`]) expect(stderr).toContain(candidate);
    });

    it('stay what they were when a tag moves, and the tag has the new one', async () => {
      await push(`${one.host}/acme/model:v1`, 'the first, moved');
      const moved = await bring(`${one.host}/acme/model:v1`, 'the first, moved');
      const digest = `${one.host}/acme/model@${first.revision}`;
      expect(moved.revision).not.toBe(first.revision);
      const [again] = await ask<[Downloaded]>('download', digest);
      expect(again).toMatchObject({ path: first.path, fetched: 0 });
      paths.set(digest, again.path);
      await allAreRight({
        [`${one.host}/acme/model:v1`]: 'the first, moved',
        [digest]: 'the first',
        [`${one.host}/acme/model:v2`]: 'the second',
        [`${one.host}/other/model:v1`]: 'of others',
        [`${one.host}/acme/deep/er/model:v1`]: 'deeper',
        [`${two.host}/acme/model:v1`]: 'at another port',
      });
    });

    it('are removed one by one', async () => {
      const digest = `${one.host}/acme/model@${first.revision}`;
      for (const reference of [`${one.host}/acme/model:v1`, `${one.host}/other/model:v1`]) await ask('remove', reference, '--yes');
      expect(existsSync(paths.get(`${one.host}/acme/model:v1`) ?? '')).toBe(false);
      expect(existsSync(paths.get(`${one.host}/other/model:v1`) ?? '')).toBe(false);
      await allAreRight({
        [digest]: 'the first',
        [`${one.host}/acme/model:v2`]: 'the second',
        [`${one.host}/acme/deep/er/model:v1`]: 'deeper',
        [`${two.host}/acme/model:v1`]: 'at another port',
      });
      await ask('remove', digest, '--yes');
      expect(existsSync(first.path)).toBe(false);
      expect(existsSync(paths.get(`${one.host}/acme/model:v2`) ?? '')).toBe(true);
    });
  });
}
