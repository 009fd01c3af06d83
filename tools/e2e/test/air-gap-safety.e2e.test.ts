import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, makeKey, modelStatement, resourcesOf, signStatement, snapshotOf, startHub } from '@ilab/hub';
import { createIlab } from '@ilab/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, startIlab, storeOf, type Workspace } from '../src/index.ts';
import { checkStore } from '../src/faults/check-store.ts';

const FILES = Object.fromEntries([
  ['config.json', '{"model_type": "llama"}'],
  ...Array.from({ length: 6 }, (_, index) => [`model-0000${index + 1}-of-00006.safetensors`, randomBytes(6_000_000 + index).toString('hex')] as const),
]);
const SMALL = { 'config.json': '{}', 'model.safetensors': 'weights' };
const key = makeKey();
const signed = { ...SMALL, 'model.sig': JSON.stringify(signStatement(modelStatement(resourcesOf(SMALL)), key)) };

let hub: Hub;
let outside: Workspace;
const places: Workspace[] = [];

async function succeed(workspace: Workspace, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await workspace.ilab(['model', ...args]);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

async function inside(): Promise<Workspace> {
  const workspace = await createWorkspace({ ILAB_OFFLINE: '1' });
  places.push(workspace);
  return workspace;
}

beforeAll(async () => {
  const models = [
    { repository: 'acme/large', versions: new Map([['main', snapshotOf(FILES)]]) },
    {
      repository: 'acme/small',
      versions: new Map([
        ['unsigned', snapshotOf(SMALL)],
        ['signed', snapshotOf(signed)],
      ]),
    },
    {
      repository: 'acme/two',
      versions: new Map([
        ['main', snapshotOf(SMALL)],
        ['other', snapshotOf({ ...SMALL, 'model.safetensors': 'poison!' })],
      ]),
    },
  ];
  hub = await startHub({ models });
  outside = await createWorkspace({ HF_ENDPOINT: hub.url });
  for (const reference of ['acme/large', 'acme/small:signed', 'acme/small:unsigned', 'acme/two', 'acme/two:other'])
    await succeed(outside, 'download', reference);
  await succeed(outside, 'save', 'acme/large', '--output', 'large.tar');
});
afterAll(async () => {
  await hub?.close();
  await outside?.remove();
  for (const place of places) await place.remove();
});

describe('a load that is killed', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('with %i files in place leaves the store sound, and the next one goes on', async (files) => {
    const there = await inside();
    const running = startIlab(there, ['model', 'load', join(outside.home, 'large.tar')]);
    while (filesIn(there) < files && running.child.exitCode === null) await sleep(1);
    running.child.kill('SIGKILL');
    await running.ended;
    expect((await checkStore(storeOf(there))).problems).toEqual([]);
    expect(await succeed(there, 'load', join(outside.home, 'large.tar'))).toBe('huggingface.co/acme/large:main');
    const { problems, names } = await checkStore(storeOf(there), { settled: true });
    expect([problems, names]).toEqual([[], ['huggingface.co/acme/large/main']]);
    const path = await succeed(there, 'path', 'acme/large');
    for (const [file, content] of Object.entries(FILES)) expect(readFileSync(join(path, file), 'utf8') === content, file).toBe(true);
  });
});

/** Under their names. */
function filesIn(workspace: Workspace): number {
  const store = storeOf(workspace);
  return existsSync(store) ? readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((path) => /@[^/]+\/[^.][^/]*$/.test(path)).length : 0;
}

describe('an archive that nobody reads to its end', () => {
  it('is not saved', async () => {
    const running = startIlab(outside, ['model', 'save', 'acme/large']);
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    expect(await running.ended).toMatchObject({ code: 8 });
  });
});

describe('an archive as it comes', () => {
  it('is kept in the models directory while it is loaded, and no longer', async () => {
    const { home } = await inside();
    const ilab = await createIlab({ home, cwd: home, env: { ILAB_OFFLINE: '1' } });
    const ingest = join(home, '.cache', 'instructlab', 'models', '.store', 'ingest');
    const seen: string[] = [];
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const piece of createReadStream(join(outside.home, 'large.tar'))) {
        yield piece as Uint8Array;
        if (seen.length === 0) seen.push(...readdirSync(ingest));
      }
    }
    const models = await ilab.models.load({ bytes: watched() });
    await ilab.close();
    expect(models.map(({ reference }) => reference)).toEqual(['huggingface.co/acme/large:main']);
    expect(seen).toEqual([expect.stringMatching(/^spooled\./)]);
    expect(readdirSync(ingest)).toEqual([]);
  });
  it('that ends too early is refused, and nothing of it is kept', async () => {
    const { home } = await inside();
    const ilab = await createIlab({ home, cwd: home, env: { ILAB_OFFLINE: '1' } });
    await expect(ilab.models.load({ bytes: createReadStream(join(outside.home, 'large.tar'), { end: 30_000_000 }) })).rejects.toMatchObject({
      code: 'E_REGISTRY',
    });
    expect((await ilab.models.list()).models).toEqual([]);
    await ilab.close();
    expect(readdirSync(join(home, '.cache', 'instructlab', 'models', '.store', 'ingest'))).toEqual([]);
  });
});

describe('policies on signatures', () => {
  it('let in what is signed, and nothing else', async () => {
    for (const version of ['signed', 'unsigned']) await succeed(outside, 'save', `acme/small:${version}`, '--output', `${version}.tar`);
    const there = await inside();
    const config = join(there.home, '.config', 'instructlab');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, 'key.pem'), key.publicPem);
    writeFileSync(
      join(config, 'config.yaml'),
      JSON.stringify({ version: '2.0.0', models: { signatures: [{ match: '**', mode: 'require', keys: ['key.pem'] }] } }),
    );
    const refused = await there.ilab(['model', 'load', join(outside.home, 'unsigned.tar'), '--json']);
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([5, { error: { code: 'E_UNTRUSTED' } }]);
    expect(JSON.parse(await succeed(there, 'list', '--json'))).toMatchObject({ result: { models: [] } });
    expect(await succeed(there, 'load', join(outside.home, 'signed.tar'))).toBe('huggingface.co/acme/small:signed');
    expect(await succeed(there, 'inspect', 'acme/small:signed')).toMatch(/^Signature +verified/m);
  });
});

const revisionIn = async (workspace: Workspace, reference: string) => (await succeed(workspace, 'path', reference)).split('/@').at(-1) ?? '';

/** An archive that claims another revision; the manifests behind its index are proved. */
function withClaim(archive: string, { revision, claimed }: { readonly revision: string; readonly claimed: string }): Buffer {
  const bytes = readFileSync(archive);
  const index = bytes.toString('latin1', 0, bytes.indexOf('blobs/'));
  expect(index).toContain(revision);
  return Buffer.concat([Buffer.from(index.replaceAll(revision, claimed), 'latin1'), bytes.subarray(index.length)]);
}

describe('files under a commit of a Hub', () => {
  it('are refused if they are others when the Hub is asked', async () => {
    const [main, other] = [await revisionIn(outside, 'acme/two'), await revisionIn(outside, 'acme/two:other')];
    await succeed(outside, 'save', 'acme/two:other', '--output', 'other.tar');
    writeFileSync(join(outside.home, 'poison.tar'), withClaim(join(outside.home, 'other.tar'), { revision: other, claimed: main }));
    const there = await inside();
    await succeed(there, 'load', join(outside.home, 'poison.tar'));
    const online = { ILAB_OFFLINE: '0', HF_ENDPOINT: hub.url };
    const ask = () => there.ilab(['model', 'download', 'acme/two', '--json'], { env: online });
    const refused = await ask();
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
      6,
      { error: { code: 'E_INTEGRITY', message: expect.stringContaining('“model.safetensors”') } },
    ]);
    await succeed(there, 'remove', 'huggingface.co/acme/two:other', '--yes');
    expect((await ask()).code).toBe(0);
    expect(readFileSync(join(await succeed(there, 'path', 'acme/two'), 'model.safetensors'), 'utf8')).toBe('weights');
  });
  it('are taken for the model where they are, and then not fetched again', async () => {
    await succeed(outside, 'save', 'acme/two', '--output', 'two.tar');
    const there = await inside();
    await succeed(there, 'load', join(outside.home, 'two.tar'));
    const { code, stdout } = await there.ilab(['model', 'download', 'acme/two', '--json'], { env: { ILAB_OFFLINE: '0', HF_ENDPOINT: hub.url } });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { result: [{ fetched: 0 }] }]);
  });
});

describe('a model of this machine', () => {
  it('comes in under the revision that its files have', async () => {
    mkdirSync(join(outside.home, 'mine'));
    for (const [file, content] of Object.entries(SMALL)) writeFileSync(join(outside.home, 'mine', file), content);
    await succeed(outside, 'import', './mine', '--as', 'localhost/mine:v1');
    await succeed(outside, 'save', 'localhost/mine:v1', '--output', 'mine.tar');
    const there = await inside();
    expect(await succeed(there, 'load', join(outside.home, 'mine.tar'))).toBe('localhost/mine:v1');
    const paths = [await succeed(outside, 'path', 'localhost/mine:v1'), await succeed(there, 'path', 'localhost/mine:v1')];
    expect(paths.map((path) => path.split('/').at(-1))).toEqual([expect.stringMatching(/^@sha256-/), paths[0]?.split('/').at(-1)]);
  });
  it('is refused with files that its revision does not have', async () => {
    const revision = (await revisionIn(outside, 'localhost/mine:v1')).slice('sha256-'.length);
    writeFileSync(join(outside.home, 'false.tar'), withClaim(join(outside.home, 'mine.tar'), { revision, claimed: 'b'.repeat(64) }));
    const there = await inside();
    const { code, stdout } = await there.ilab(['model', 'load', join(outside.home, 'false.tar'), '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      6,
      { error: { code: 'E_INTEGRITY', message: expect.stringContaining('are not those of its revision') } },
    ]);
  });
});
