import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newOwner } from './process-identity.ts';
import { createServers } from './running-servers.ts';

const SERVER = { url: 'http://127.0.0.1:8000', since: '2026-11-01T10:00:00.000Z', needsKey: true, models: [{ names: ['a', 'b'], paths: ['/m'] }] };
const DEAD = 4_194_305;

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-servers-'));
  folder = join(home, 'servers');
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A record under a holder’s name with another process in it. */
async function leave(text: string, { pid = process.pid, machine }: { readonly pid?: number; readonly machine?: string } = {}): Promise<string> {
  const [own, boot, , start, nonce] = newOwner().split('-');
  const path = join(folder, `${[machine ?? own, boot, pid, start, nonce].join('-')}.json`);
  await writeFile(path, text);
  return path;
}

it('is found while it runs, and no longer', async () => {
  const servers = createServers(folder);
  expect(await servers.list({})).toEqual([]);
  const told = await servers.announce(SERVER, {});
  const younger = await servers.announce({ ...SERVER, url: 'http://127.0.0.1:8001', since: '2026-11-02T10:00:00.000Z' }, {});
  expect((await servers.list({})).map(({ url }) => url)).toEqual(['http://127.0.0.1:8001', SERVER.url]);
  await younger.end();
  expect(await servers.list({})).toEqual([SERVER]);
  await told.end();
  await told.end();
  expect(await servers.list({})).toEqual([]);
});

it('is for its user’s eyes, and tells no key', async () => {
  await createServers(folder).announce({ ...SERVER }, {});
  const [name = ''] = await readdir(folder);
  expect([(await stat(folder)).mode & 0o777, (await stat(join(folder, name))).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(Object.keys(JSON.parse(await readFile(join(folder, name), 'utf8')) as object).sort()).toEqual(['models', 'needsKey', 'since', 'url']);
});

it('is void as soon as its process is dead, and taken away', async () => {
  const servers = createServers(folder);
  await servers.announce(SERVER, {});
  await leave(JSON.stringify({ ...SERVER, url: 'http://127.0.0.1:9' }), { pid: DEAD });
  expect(await servers.list({})).toEqual([SERVER]);
  expect(await readdir(folder)).toHaveLength(1);
});

it('is nobody’s business on another machine, and stays there', async () => {
  const servers = createServers(folder);
  await servers.announce(SERVER, {});
  await leave(JSON.stringify(SERVER), { pid: DEAD, machine: '00000000' });
  expect(await servers.list({})).toHaveLength(1);
  expect(await readdir(folder)).toHaveLength(2);
});

it.each([
  '',
  '[]',
  'null',
  JSON.stringify({ ...SERVER, url: 'https://elsewhere.example' }),
  JSON.stringify({ ...SERVER, url: 'http://user:secret@127.0.0.1:8000' }),
  JSON.stringify({ ...SERVER, models: [{ names: [], paths: [] }] }),
  JSON.stringify({ ...SERVER, models: [{ names: [1], paths: [] }] }),
])('is not read out of %j', async (text) => {
  const servers = createServers(folder);
  await (await servers.announce(SERVER, {})).end();
  await leave(text);
  expect(await servers.list({})).toEqual([]);
});

it('may be told of where nobody can write', async () => {
  const file = join(folder, '..', 'file');
  await writeFile(file, '');
  const told = await createServers(join(file, 'servers')).announce(SERVER, {});
  await told.end();
  expect(await createServers(join(file, 'servers')).list({})).toEqual([]);
});
