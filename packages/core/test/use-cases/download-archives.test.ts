import { beforeEach, expect, it } from 'vitest';
import { IlabError, type RemoteArchive, type UnpackedMember } from '../../src/index.ts';
import { createFakes, download, type Fakes, fileMember, hold, remoteArchive, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const REFERENCE = 'quay.io/team/car:v1';
const DIGEST = `sha256:${sha256('manifest')}` as const;
const below = remoteArchive('below');
const above = remoteArchive('above');

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
});

function car(layers: readonly (readonly [RemoteArchive, readonly UnpackedMember[]])[], files: Record<string, string> = {}): void {
  const archives = layers.map(([archive]) => archive);
  const id = { source: 'oci', host: 'quay.io', repository: 'team/car', revision: DIGEST, version: 'v1', kind: 'tag' } as const;
  hold(fakes, { [REFERENCE]: remoteSnapshot({ ...id, archives, files }) });
  for (const [{ blob }, members] of layers) fakes.network.members.set(blob.digest, members);
}

function files(): Record<string, string | undefined> {
  const [held] = fakes.state.snapshots.values();
  return Object.fromEntries([...(held?.files.values() ?? [])].map(({ path, sha256: hash }) => [path, hash]));
}

it('lays later archives over earlier ones', async () => {
  car([
    [
      below,
      [
        fileMember('config.json', 'old'),
        fileMember('gone.bin', 'x'),
        fileMember('dir/a', 'x'),
        fileMember('dir/b', 'x'),
        fileMember('kept', 'x'),
        fileMember('plain', 'x'),
      ],
    ],
    [
      above,
      [
        // A whiteout takes away from below, never from its own layer, wherever it stands in it.
        fileMember('dir/c', 'new'),
        { kind: 'whiteout', path: 'dir', opaque: true },
        { kind: 'whiteout', path: 'gone.bin', opaque: false },
        { kind: 'whiteout', path: 'kep', opaque: false },
        { kind: 'whiteout', path: 'plain', opaque: true },
        fileMember('config.json', 'new'),
      ],
    ],
  ]);
  const done = await download(fakes, REFERENCE);
  expect(files()).toEqual({ 'config.json': sha256('new'), 'dir/c': sha256('new'), kept: sha256('x'), plain: sha256('x') });
  expect([...done.files].sort()).toEqual(['config.json', 'dir/c', 'kept', 'plain']);
});

it('tells what was left out, and lets a link stand for what lay there', async () => {
  const warned: string[] = [];
  const logger = { warn: (text: string) => void warned.push(text), info() {}, debug() {} };
  fakes = { ...fakes, deps: { ...fakes.deps, logger } };
  car([
    [below, [fileMember('a', 'x'), fileMember('b', 'y')]],
    [
      above,
      [
        { kind: 'left-out', path: 'a', what: 'a link to “b”' },
        { kind: 'left-out', path: 'c', what: 'a pipe' },
      ],
    ],
  ]);
  await download(fakes, REFERENCE);
  expect(Object.keys(files())).toEqual(['b']);
  expect(warned).toEqual(['“a” was left out: it is a link to “b”, and 1 more like it.']);
});

it.each([
  ['of two archives', [fileMember('a', 'x')], [fileMember('a', 'y')], {}],
  ['of one archive', [fileMember('a', 'x'), fileMember('a', 'y')], [], {}],
  ['of an archive and beside it', [fileMember('a', 'x')], [], { a: 'y' }],
])('refuses two files of one name, %s, where no layer lies over another', async (_which, one, two, beside) => {
  const layers = [below, above].map((archive) => ({ ...archive, prefix: '', overlay: false }));
  car(
    [
      [layers[0] ?? below, one],
      [layers[1] ?? above, two],
    ],
    beside,
  );
  await expect(download(fakes, REFERENCE)).rejects.toMatchObject({ code: 'E_REGISTRY', message: 'The revision has two different files called “a”.' });
  expect(fakes.log.filter((entry) => /^(?:name|members)/.test(entry))).toEqual([]);
});

it('records the members before the first is placed, and fetches nothing when all are here', async () => {
  car([[below, [fileMember('model.gguf', 'GGUF')]]]);
  expect(await download(fakes, REFERENCE)).toMatchObject({ fetched: 5, bytes: 4 });
  expect(taken(fakes).filter((entry) => /^(?:describe|members|place|name)/.test(entry))).toEqual([
    `describe ${DIGEST}`,
    'members model.gguf',
    'place model.gguf',
    `name v1 → ${DIGEST}`,
  ]);
  expect(await download(fakes, REFERENCE)).toMatchObject({ fetched: 0, bytes: 4, files: ['model.gguf'] });
  expect(taken(fakes).filter((entry) => entry.startsWith('locate'))).toEqual([]);
});

it('takes the places of layers in the order of their digests, before it fetches the first', async () => {
  const layers = [below, above, remoteArchive('third')];
  car(layers.map((archive, index) => [archive, [fileMember(`m${index}`, 'x')]]));
  await download(fakes, REFERENCE);
  const log = taken(fakes).filter((entry) => /^(?:stage|locate)/.test(entry));
  const digests = layers.map(({ blob }) => blob.digest).sort();
  expect(log.slice(0, 3)).toEqual(digests.map((digest) => `stage ${digest}`));
});

it('fetches nothing that another download has brought while it waited', async () => {
  car([[below, [fileMember('model.gguf', 'GGUF')]]]);
  const both = await Promise.all([download(fakes, REFERENCE), download(fakes, REFERENCE)]);
  expect(both.map(({ fetched }) => fetched).sort()).toEqual([0, 5]);
  expect(both.map(({ files: names }) => names)).toEqual([['model.gguf'], ['model.gguf']]);
  expect(fakes.state.staged.size).toBe(0);
});

it('fetches a repeated layer once', async () => {
  car([
    [below, [fileMember('a', 'x')]],
    [above, [{ kind: 'whiteout', path: 'a', opaque: false }, fileMember('b', 'y')]],
    [below, [fileMember('a', 'x')]],
  ]);
  expect(await download(fakes, REFERENCE)).toMatchObject({ fetched: 10 });
  expect(Object.keys(files()).sort()).toEqual(['a', 'b']);
});

it('takes members that are here already from there', async () => {
  hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: { 'm.gguf': 'GGUF' } }) });
  await download(fakes, 'org/name');
  car([[below, [fileMember('model.gguf', 'GGUF')]]]);
  expect(await download(fakes, REFERENCE)).toMatchObject({ fetched: 5, linked: 4 });
});

it('has files and members, where a revision has both', async () => {
  car([[below, [fileMember('model.gguf', 'GGUF')]]], { 'README.md': 'read' });
  expect(await download(fakes, REFERENCE)).toMatchObject({ files: ['README.md', 'model.gguf'], bytes: 8, fetched: 9 });
});

it('refuses an image without a model in it, and leaves nothing of it', async () => {
  car([[below, []]]);
  await expect(download(fakes, REFERENCE)).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
  expect(fakes.state.snapshots.size).toBe(0);
  expect(fakes.log.filter((entry) => entry.startsWith('name'))).toEqual([]);
});

it('gives up every staging place when a layer fails, and does not move the name', async () => {
  car([
    [below, [fileMember('a', 'x')]],
    [above, []],
  ]);
  fakes.network.instead.set(above.blob.digest, () => Promise.reject(new IlabError('E_INTEGRITY', 'wrong bytes')));
  await expect(download(fakes, REFERENCE)).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  expect(fakes.state.staged.size).toBe(0);
  expect(fakes.log.filter((entry) => /^(?:name|members|place)/.test(entry))).toEqual([]);
  expect(fakes.outcomes.get(`layer ${above.blob.digest.slice(0, 19)}`)).toBe('failed');
});
